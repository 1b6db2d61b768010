// Package level is the room where a citizen sees and raises how surely the city knows them, where they sign in through an identity service
// of others, and where a counter notes that it saw a document (package assure).
package level
