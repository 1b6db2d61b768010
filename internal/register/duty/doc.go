// Package duty is the responsibility list of the city and the words it is written in.
//
// A duty says who leads a matter, who assists and when, what the subdistrict does, on which basis and by which
// clock. It is valid from a day until another, both included; a changed duty is a new row with the same code and
// later days, so that an old case can be read under the list of its time. Resolve turns a duty and a place into
// units: a district's office, or the city's department where the district has none or is not known.
//
// In the section duties the row in force (without valid_to) has its code as key. A row that has ended has the
// key CODE@valid_from; a pack that extends another removes or replaces it by that key.
//
// The words are the categories and topics of duties, the kinds of request, the channels they come by, and the
// reasons for decisions on them.
//
// The package owns the sections duties, categories, topics, kinds, channels and reasons of a pack, and no table.
// It says no facts.
package duty
