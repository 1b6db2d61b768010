// Command netcert-sim plays the national platform for network identity authentication on this machine, for demonstrations:
//
//	netcert-sim --addr 127.0.0.1:9480 --client banyan --secret S --back http://127.0.0.1:8080/identity/netcert/back
//
// and in the city's banyan.yaml:
//
//	identity: {netcert: {issuer: "http://127.0.0.1:9480", client: banyan, secret: S}}
package main

import (
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/idp/simulator"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "netcert-sim:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	f := flag.NewFlagSet("netcert-sim", flag.ContinueOnError)
	addr := f.String("addr", "127.0.0.1:9480", "loopback `address` to listen on")
	client := f.String("client", "banyan", "what the city is called")
	secret := f.String("secret", "", "the city's `secret`")
	back := f.String("back", "", "`address` that people are led back to")
	if err := f.Parse(args); err != nil {
		return err
	}
	host, _, err := net.SplitHostPort(*addr)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("%s is no loopback address: this program pretends and must not be reached from elsewhere", *addr)
	}
	if *secret == "" || *back == "" {
		return fmt.Errorf("needs --secret and --back")
	}
	l, err := net.Listen("tcp", *addr)
	if err != nil {
		return err
	}
	issuer := "http://" + l.Addr().String()
	fmt.Println("the simulated platform is at", issuer)
	s := &http.Server{
		Handler:           simulator.New(simulator.Config{Issuer: issuer, Client: *client, Secret: *secret, Backs: []string{*back}, Clock: clock.System{}}),
		ReadHeaderTimeout: 5 * time.Second,
	}
	return s.Serve(l)
}
