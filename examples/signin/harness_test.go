package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/cognito-go/cognitoauth/examples/internal/programtest"
)

func TestMain(m *testing.M) {
	programtest.IsolateAWS()
	os.Exit(m.Run())
}

const userPoolID = "eu-west-1_Demo12345"

// server is the program fakepool, running.
type server struct {
	endpoint string

	messages <-chan programtest.Message
}

// serve runs fakepool until the test ends.
func serve(t *testing.T, config string) *server {
	t.Helper()
	endpoint, messages := programtest.ServePool(t, config)
	return &server{endpoint, messages}
}

// code is an answer: the code in the oldest message that was not read yet.
func (s *server) code(string) string { return (<-s.messages).Code }

// call is what a call to the pool looks like from outside.
type call struct{ admin, signed bool }

// watch puts a proxy in front of the pool, and returns the calls that it sees.
func (s *server) watch(t *testing.T) <-chan call {
	t.Helper()
	pool, err := url.Parse(s.endpoint)
	if err != nil {
		t.Fatal(err)
	}
	calls := make(chan call, 16)
	forward := httputil.NewSingleHostReverseProxy(pool)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls <- call{
			admin:  strings.HasPrefix(r.Header.Get("X-Amz-Target"), "AWSCognitoIdentityProviderService.Admin"),
			signed: r.Header.Get("Authorization") != "",
		}
		forward.ServeHTTP(w, r)
	}))
	t.Cleanup(proxy.Close)
	s.endpoint = proxy.URL
	return calls
}

// args returns the flags for signing in here.
func (s *server) args(username string, more ...string) []string {
	return append([]string{"-endpoint", s.endpoint, "-user-pool-id", userPoolID, "-username", username}, more...)
}

// An answer is a line of standard input. said is all that standard error has
// by then.
type answer = func(said string) string

// line is an answer that is known before.
func line(text string) answer { return func(string) string { return text } }

// result is what the program did.
type result struct {
	status         int
	stdout, stderr string
}

// sign runs the program. Each answer is made when the program waits for it;
// after the last one the input ends.
func sign(t *testing.T, args []string, env map[string]string, answers ...answer) result {
	t.Helper()
	var stdout strings.Builder
	user := &somebody{answers: answers}
	getenv := func(name string) string { return env[name] }
	status := run(t.Context(), args, getenv, user, &stdout, user)
	if len(user.answers) > 0 {
		t.Errorf("%d of %d answers were not asked for", len(user.answers), len(answers))
	}
	return result{status, stdout.String(), user.said.String()}
}

// somebody reads the program's standard error and types its standard input.
type somebody struct {
	mu      sync.Mutex
	said    strings.Builder
	answers []answer
}

func (s *somebody) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.said.Write(p)
}

func (s *somebody) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.answers) == 0 {
		return 0, io.EOF
	}
	next := s.answers[0]
	s.answers = s.answers[1:]
	return copy(p, next(s.said.String())+"\n"), nil
}

// check checks the exit status, that each of secrets is nowhere, and that
// there is no stack trace.
func (r result) check(t *testing.T, status int, secrets ...string) {
	t.Helper()
	if r.status != status {
		t.Errorf("got exit status %d, want %d", r.status, status)
	}
	all := r.stdout + r.stderr
	for _, secret := range append(secrets, "goroutine ", ".go:") {
		if strings.Contains(all, secret) {
			t.Errorf("%q is in the output", secret)
		}
	}
	if t.Failed() {
		t.Logf("standard output:\n%s\nstandard error:\n%s", r.stdout, r.stderr)
	}
}

// last returns the last line of text.
func last(text string) string {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	return lines[len(lines)-1]
}
