// Package roomtest puts one room of the city hall behind a server, with the middleware, design
// system and messages of the program, and visits it as a browser does.
//
// Only tests may import it. A room's own tests give the routes and the room, and may add people.
package roomtest
