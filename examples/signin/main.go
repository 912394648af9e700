// Signin signs a user in to an Amazon Cognito user pool, in a terminal.
//
// Without flags it shows what a sign-in is: it makes a user pool in memory and
// signs in there, step by step, without a network and without a question.
//
//	go run -C examples ./signin
//
// With flags it signs in to a pool of yours, and asks what the pool asks:
//
//	go run -C examples ./signin -user-pool-id eu-west-1_AbCdEfGhI -client-id 1example23456789 -username alice
//
// Every question goes to standard error and takes one line of standard input
// for an answer; passwords do not show on a terminal. Give the client secret as
// COGNITO_CLIENT_SECRET, and the password as COGNITO_PASSWORD or when you are
// asked, because other users of the machine can see flags. With -api admin the
// calls are signed with the AWS credentials that the SDK finds, such as
// AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_PROFILE; -api public needs
// none. -h lists the flags.
//
// -flow says how the sign-in starts. With srp and password it is by password,
// proven or sent. With custom the pool's triggers decide what is asked, after a
// proof of the password if it was given by flag or environment; it is not asked
// for. With choice, who signs in chooses from a list, or beforehand by -prefer.
// A passkey can be preferred or chosen, but not used: that takes a browser.
//
// With -device the program has the pool remember it as the user's device, so
// that the next sign-in, as the pool is set up, asks for no code. The device's
// own password is kept in the file, which only its owner can read, as JSON: one
// device for each app client and each name that is typed as -username, so
// several users can share the file, and a user who goes by two names has two
// devices. If the pool leaves it to its users, they are asked. A device that the
// pool no longer knows is removed from the file. A file that holds anything else
// is left alone, and the sign-in goes on without it.
//
// With -json, standard output is one object:
//
//	{"signed_in":true,"username":"alice","steps":["PASSWORD_VERIFIER","SMS_MFA"],"token_type":"Bearer","expires_in":3600}
//	{"signed_in":false,"error":"the user name or the password is wrong","steps":["PASSWORD_VERIFIER"]}
//
// The exit status is 0 when the user is signed in, 1 when not, and 2 when the
// flags are wrong.
//
// To see how it is done, begin with converse.go, which is the conversation, and
// answer.go, which has every challenge there is; device.go is about -device.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/cognito-go/cognitoauth/challenge"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// run is the program. It returns the exit status.
func run(ctx context.Context, args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		if err := demo(ctx, stdout); err != nil {
			fmt.Fprintf(stderr, "signin: %s\n", explain(err, &options{}))
			return 1
		}
		return 0
	}

	o, err := parse(args, getenv)
	if errors.Is(err, flag.ErrHelp) {
		usage(stdout)
		return 0
	}
	if err != nil {
		fmt.Fprintf(stderr, "signin: %v; -h lists the flags\n", err)
		return 2
	}

	seen := &transcript{}
	tokens, err := signIn(ctx, o, newTerminal(stdin, stderr), seen)
	if err != nil {
		fmt.Fprintf(stderr, "signin: %s\n", explain(err, o))
		if wrongFlags(err) {
			return 2
		}
	}
	report(stdout, o, tokens, seen, err)
	if err != nil {
		return 1
	}
	return 0
}

// signIn signs in as the flags say. seen writes down what happens.
func signIn(ctx context.Context, o *options, t *terminal, seen *transcript) (*challenge.Tokens, error) {
	sdk, err := connect(ctx, o)
	if err != nil {
		return nil, err
	}
	seen.Transport = challenge.Public(sdk)
	if o.api == "admin" {
		seen.Transport = challenge.Admin(sdk)
	}
	o.config.Transport = seen
	client, err := challenge.New(o.config)
	if err != nil {
		return nil, err
	}
	p := &person{terminal: t, sdk: sdk, options: o}
	if o.device != "" {
		p.devices = &devices{o.device, o.config.ClientID, o.username}
	}
	device := p.knownDevice()
	flow, err := p.flow(ctx)
	if err != nil {
		return nil, err
	}
	tokens, err := converse(ctx, client, flow, p.answer, func(c *challenge.CallOptions) { c.Device = device })
	p.updateDevice(ctx, tokens, err)
	return tokens, err
}
