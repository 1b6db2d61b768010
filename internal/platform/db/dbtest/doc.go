// Package dbtest gives a test a fresh, migrated store on every engine at hand.
//
// SQLite is always tried. PostgreSQL is tried when BANYAN_TEST_POSTGRES holds the address of a
// server whose user may create databases; test/pg/start.sh makes one. Migrations run once per set
// of schemas into a template that every test copies.
package dbtest
