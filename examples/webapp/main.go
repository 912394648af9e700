// Webapp is a web site with a sign-in, for one user pool, on as many machines
// as one likes.
//
//	go run -C examples ./webapp
//
// makes a user pool in memory, prints where the site is and who its users are,
// and what each of them will be asked. The demo's phone, a page that is marked
// as such, shows the codes that the pool sends and those of the authenticator
// apps. With -demo passkeys the pool is one whose users can sign in without a
// password.
//
//	go run -C examples ./webapp -user-pool-id eu-west-1_AbCdEfGhI -client-id 1example23456789
//
// signs in to a pool of yours. Give the client secret as COGNITO_CLIENT_SECRET
// and the sealing keys as WEBAPP_KEYS, because other users of the machine can
// see flags. -h lists the flags.
//
// # Where to begin
//
// signin.go is the heart: a challenge is issued in one request and answered in
// the next, on whichever machine that one arrives. questions.go has every
// challenge there is, as a page shows it and as its form answers it. cookies.go
// is all that is kept between requests, and it is kept in the browser.
//
// # What the browser keeps
//
// Three sealed cookies: the challenge in hand, the tokens, and for each user
// who has it so the remembered device. [challenge.Sealer] encrypts each for one
// purpose. The site itself keeps no sessions, so any replica with the same keys
// goes on where another one stopped. Whoever removes a key from the list signs
// out those whose tokens it sealed, and has their devices asked for a code
// again.
//
// # Forgery
//
// [http.CrossOriginProtection] refuses forms that other sites post. Besides,
// all cookies are SameSite=Lax, and an answer must come with the id of the
// sign-in that it belongs to, which is in its page and in the cookie: so an
// answer from an outdated tab can't reach another sign-in either. That the
// cookies' names begin with __Host- keeps other hosts of the domain from
// planting a sign-in of theirs. A proxy in front must hand on the Host that was
// asked for, which older browsers' Origin is compared with.
//
// # Attempts
//
// A sign-in takes maxAnswers answers. Their number travels in the cookie, and
// can't be changed there. It stops people and simple robots. It does not stop
// somebody who sends an older copy of the cookie again, or begins many
// sign-ins: a site that remembers nothing can't. Against these there are
// Cognito's own limits (a session lasts minutes; passwords lock; threat
// protection) and a rate limit in front of the site, by address.
//
// # What it leaves out
//
// Sign-up, forgotten passwords, and a rate limit. HTTPS and
// Strict-Transport-Security are up to the proxy in front of it. Tokens that were
// revoked elsewhere count until they expire: a signature can't tell.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// run is the program. It serves until ctx is done, and returns the exit status.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	log := slog.New(slog.NewTextHandler(stderr, nil))
	o, err := parse(args, getenv)
	switch {
	case errors.Is(err, flag.ErrHelp):
		usage(stdout)
		return 0
	case err != nil:
		fmt.Fprintf(stderr, "webapp: %s\n", err)
		return 2
	}
	if err := serve(ctx, o, stdout, log); err != nil {
		fmt.Fprintf(stderr, "webapp: %s\n", err)
		return 1
	}
	return 0
}

func serve(ctx context.Context, o *options, stdout io.Writer, log *slog.Logger) error {
	listener, err := net.Listen("tcp", o.addr)
	if err != nil {
		return err
	}
	defer listener.Close()
	home := "http://" + listener.Addr().String()
	var d *demo
	if o.config.UserPoolID == "" {
		if d, err = newDemo(o); err != nil {
			return err
		}
		defer d.Close()
		// A passkey belongs to a name, never to an address.
		home = fmt.Sprintf("http://localhost:%d", listener.Addr().(*net.TCPAddr).Port)
	}
	if len(o.keys) == 0 {
		o.keys = append(o.keys, newKey())
		log.Warn("sealing with a key of this process: no replica can share it, and it is lost with the process")
	}
	s, err := newSite(ctx, o, d, log)
	if err != nil {
		return err
	}

	fmt.Fprintln(stdout, home)
	if d != nil {
		d.introduce(stdout, home)
	}
	server := &http.Server{
		Handler:           s.handler(),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	stopped := make(chan error, 1)
	context.AfterFunc(ctx, func() {
		// Requests being answered are answered: a lost answer is a lost sign-in.
		grace, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		stopped <- server.Shutdown(grace)
	})
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}
