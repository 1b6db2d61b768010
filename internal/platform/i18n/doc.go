// Package i18n holds the three languages of the house: message catalogues, texts of packs in three
// languages, the choice of a language from a request, and dates, durations and numbers as people say them.
//
// zh-Hans is the source language; zh-Hant and en are complete. A message is found by a key with dots whose
// first part names its owner ("casework.refuse.not_signed"). A text may hold {{.Name}} for an argument and
// {{.Count|day|days}} for the word that fits a number in English.
//
// It owns no table and says no facts.
package i18n
