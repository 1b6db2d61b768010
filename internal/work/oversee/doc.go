// Package oversee supervises and assesses: it watches what is overdue, issues
// reminders, oversight orders, yellow and red cards by rule, counts the three
// rates, ranks units of one group, and hears appeals.
//
// It learns what happened as Events, which app maps from the facts of casework
// and rate. Every Event is assessed under the rule version of its own day; the
// result is append-only Entry lines. A granted appeal adds a line that takes an
// earlier one back; nothing is edited. Because assess is a pure function of
// rules and event, replaying the journal gives the same numbers (Replay).
//
// Response rate = contacted in time / assessed; resolution rate = said solved /
// followed up; satisfaction rate = said satisfied / followed up (Beijing's
// 三率). Which events count, their weights, exclusions and rounding are rules of
// the pack: assess/rates.yaml.
//
// Tables: oversee_entry (score lines), oversee_total (their roll-up by unit and
// month), oversee_watch (what is or was overdue, and since which journal entry),
// oversee_mark (returns and lost disputes, for the card rules), oversee_order
// (reminders, oversight orders and cards), oversee_appeal.
//
// Facts said: oversee.Issued, oversee.Answered, oversee.Appealed,
// oversee.AppealDecided.
package oversee
