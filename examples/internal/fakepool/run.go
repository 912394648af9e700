// Package fakepool is the program fakepool. It is a package of its own so that
// tests of other programs can run it.
package fakepool

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// Exit statuses.
const (
	ok     = 0
	failed = 1
	misuse = 2
)

// Run is the program: it serves until ctx is done, and returns the exit status.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("fakepool", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	addr := flags.String("addr", "127.0.0.1:0", "listen on this `address`; port 0 is a free one")
	file := flags.String("config", "", "`file` that describes the pool, in JSON")

	complain := func(status int, err error) int {
		for line := range strings.Lines(err.Error()) {
			fmt.Fprintf(stderr, "fakepool: %s\n", strings.TrimSpace(line))
		}
		return status
	}
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		flags.SetOutput(stdout)
		flags.PrintDefaults()
		return ok
	case err != nil:
		return complain(misuse, err)
	case flags.NArg() > 0:
		return complain(misuse, fmt.Errorf("unexpected argument %q", flags.Arg(0)))
	case *file == "":
		return complain(misuse, errors.New("-config is missing"))
	}

	config, err := read(*file)
	if err != nil {
		return complain(misuse, err)
	}
	out := &lines{to: json.NewEncoder(stdout)}
	config.OnMessage = func(m challengetest.Message) {
		out.print(event{Message: &message{m.Username, m.Medium, m.Destination, m.Code.Reveal()}})
	}
	pool, err := challengetest.NewPool(config)
	if err != nil {
		return complain(misuse, errors.New(strings.ReplaceAll(err.Error(), "challengetest: ", "")))
	}

	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		return complain(failed, err)
	}
	out.print(event{Endpoint: "http://" + listener.Addr().String()})
	if err := serve(ctx, listener, pool.Handler()); err != nil {
		return complain(failed, err)
	}
	return ok
}

// grace is how long a request that has begun may take when the program is told
// to end.
const grace = 2 * time.Second

// serve serves until ctx is done.
func serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
		ending, cancel := context.WithTimeout(context.Background(), grace)
		defer cancel()
		return server.Shutdown(ending)
	}
}

func read(file string) (challengetest.Config, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return challengetest.Config{}, err
	}
	return parse(text)
}

// event is a line of standard output.
type event struct {
	Endpoint string   `json:"endpoint,omitempty"`
	Message  *message `json:"message,omitempty"`
}

// message is a code that the pool sent. To show it is what the program is for.
type message struct {
	Username    string `json:"username"`
	Medium      string `json:"medium"`
	Destination string `json:"destination"`
	Code        string `json:"code"`
}

// lines writes whole lines, because messages are sent by several requests at
// once.
type lines struct {
	mu sync.Mutex
	to *json.Encoder
}

func (l *lines) print(e event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	// Nobody has to listen.
	_ = l.to.Encode(e)
}
