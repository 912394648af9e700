package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// replica is one process of the program.
type replica struct {
	t       testing.TB
	name    string
	addr    string
	process *exec.Cmd
	log     *buffer
	ended   chan struct{}
	status  error
}

// startReplica starts a process that seals with the first of keys.
func startReplica(t testing.TB, p *servedPool, name string, keys ...challenge.Secret) *replica {
	t.Helper()
	var list []string
	for _, k := range keys {
		list = append(list, k.Reveal())
		p.secrets.add("sealing key", k.Reveal())
	}
	r := &replica{t: t, name: name, log: &buffer{}, ended: make(chan struct{})}
	out := newOutput()
	r.process = exec.Command(os.Args[0], "-addr", "127.0.0.1:0",
		"-user-pool-id", p.UserPoolID(), "-client-id", appClient.ID, "-endpoint", p.endpoint)
	r.process.Env = append(os.Environ(), asWebapp+"=1", "AWS_EC2_METADATA_DISABLED=true",
		"WEBAPP_KEYS="+strings.Join(list, ","), "COGNITO_CLIENT_SECRET="+appClient.Secret.Reveal())
	r.process.Stdout, r.process.Stderr = out, r.log
	if err := r.process.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		r.status = r.process.Wait()
		close(r.ended)
	}()
	t.Cleanup(func() {
		r.process.Process.Kill()
		<-r.ended
		p.secrets.check(t, "log of "+name, r.log.String())
		p.secrets.check(t, "output of "+name, out.String())
	})
	r.addr = strings.TrimPrefix(out.firstLine(t.Context(), t, time.Minute), "http://")
	return r
}

// stop ends the process as a deployment does.
func (r *replica) stop() {
	r.t.Helper()
	r.process.Process.Signal(syscall.SIGTERM)
	<-r.ended
	if r.status != nil {
		r.t.Errorf("%s: %v\n%s", r.name, r.status, r.log)
	}
}

// kill ends it as a power cut does.
func (r *replica) kill() {
	r.process.Process.Kill()
	<-r.ended
}

// balancer sends each request to the next replica. One that does not take the
// connection is passed over.
type balancer struct {
	mu       sync.Mutex
	replicas []*replica
	next     int
	served   []string // "A GET /challenge"
}

func (b *balancer) set(replicas ...*replica) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.replicas = replicas
}

// RoundTrip makes a connection for each request, so that a failure to connect
// is all that a dead replica can cause.
func (b *balancer) RoundTrip(r *http.Request) (*http.Response, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for range b.replicas {
		target := b.replicas[b.next%len(b.replicas)]
		b.next++
		r.URL.Scheme, r.URL.Host = "http", target.addr
		reply, err := oneConnectionEach.RoundTrip(r)
		var failed *net.OpError
		if errors.As(err, &failed) && failed.Op == "dial" {
			continue
		}
		b.served = append(b.served, target.name+" "+r.Method+" "+r.URL.Path)
		return reply, err
	}
	return nil, errors.New("no replica is there")
}

var oneConnectionEach = &http.Transport{DisableKeepAlives: true}

// balance serves the replicas over HTTPS.
func balance(t testing.TB, p *servedPool, replicas ...*replica) (*balancer, *browser) {
	t.Helper()
	b := &balancer{replicas: replicas}
	server := httptest.NewTLSServer(&httputil.ReverseProxy{
		Transport: b,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetXForwarded()
			r.Out.Host = r.In.Host // with which the browser's Origin is compared
		},
	})
	t.Cleanup(server.Close)
	s := &servedSite{Server: server, pool: p}
	return b, s.browse(t)
}

// loads loads the page's style sheet, as browsers do. So there are three
// requests to each step, and what one of two replicas has issued, the other one
// shows and gets the answer to.
func (b *browser) loads() *browser {
	b.t.Helper()
	page, url := b.page, b.url
	reply, err := b.client.Get(b.base + "/static/style.css")
	if err != nil {
		b.t.Fatal(err)
	}
	reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		b.t.Fatalf("style sheet: got status %d", reply.StatusCode)
	}
	b.page, b.url = page, url
	return b
}

func TestReplicas(t *testing.T) {
	t.Parallel()
	bob := user("bob")
	bob.Temporary, bob.RequiredAttributes = true, []string{"name"}
	p := servePool(t, challengetest.Config{MFA: types.UserPoolMfaTypeOn, Users: []challengetest.User{bob, user("alice", sms)}})
	p.secrets.add("password", password)
	older, newer := newKey(), newKey()

	one, two := startReplica(t, p, "A", older), startReplica(t, p, "B", older)
	lb, b := balance(t, p, one, two)

	b.signIn("bob").loads().sees("Choose a password")
	// Every replica learns to open what the new key seals, one after the other.
	one.stop()
	one = startReplica(t, p, "A", older, newer)
	lb.set(one, two)
	b.post("/challenge", "new_password", "Looking-Glass-1871", "attribute-name", "Bob").loads().sees("Set up a second step")
	two.stop()
	two = startReplica(t, p, "B", older, newer)
	lb.set(one, two)
	b.get("/challenge").loads()
	// Then it is moved to the front.
	one.stop()
	one = startReplica(t, p, "A", newer, older)
	lb.set(one, two)
	b.post("/challenge", "answer", string(totp)).loads().sees("Scan this with the app")
	b.post("/challenge", "code", "000000").loads().seesWrong(422, "This code is wrong.")
	b.post("/challenge", "code", "000001").loads().seesWrong(422, "This code is wrong.")
	two.stop()
	two = startReplica(t, p, "B", newer, older)
	lb.set(one, two)
	b.get("/challenge").loads().sees("Scan this with the app")

	// One replica dies. The other one goes on, and another one takes its place
	// that does not have the old key any more.
	two.kill()
	b.post("/challenge", "code", p.totp(t, "bob")).loads().sees("Hello, Bob")
	two = startReplica(t, p, "B", newer)
	lb.set(one, two)
	for range 3 {
		b.isSignedIn("bob")
	}
	b.post("/refresh").sees("You have new tokens.")
	b.isSignedIn("bob")

	for _, name := range []string{"A", "B"} {
		if !slices.ContainsFunc(lb.served, func(s string) bool { return s == name+" POST /challenge" }) {
			t.Errorf("replica %s got no answer to a challenge", name)
		}
	}
	t.Logf("%d requests: %s", len(lb.served), strings.Join(lb.served, ", "))
}

// TestEachRequestElsewhere checks that the replicas really take turns, and that
// what one has issued is answered to the other.
func TestEachRequestElsewhere(t *testing.T) {
	t.Parallel()
	p := servePool(t, challengetest.Config{Users: []challengetest.User{user("alice", sms)}})
	p.secrets.add("password", password)
	key := newKey()
	lb, b := balance(t, p, startReplica(t, p, "A", key), startReplica(t, p, "B", key))
	b.signIn("alice").loads()
	b.post("/challenge", "code", wrong).loads().seesWrong(422, "This code is wrong.")
	b.post("/challenge", "code", p.code(t, "alice")).sees(`id="who">alice<`)
	got := strings.Join(lb.served, ", ")
	const want = "A GET /sign-in, B POST /sign-in, A GET /challenge, B GET /static/style.css, " +
		"A POST /challenge, B GET /static/style.css, A POST /challenge, B GET /"
	if got != want {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
}

// TestRotationInOneStep shows what the order of a rotation is good for: a
// replica that seals with a key that the other one does not know ends sign-ins.
func TestRotationInOneStep(t *testing.T) {
	t.Parallel()
	p := servePool(t, challengetest.Config{Users: []challengetest.User{user("alice", sms)}})
	p.secrets.add("password", password)
	older, newer := newKey(), newKey()
	one, two := startReplica(t, p, "A", older), startReplica(t, p, "B", newer, older)
	lb, b := balance(t, p, two)
	b.signIn("alice").sees("We sent a code")
	lb.set(one)
	b.post("/challenge", "code", p.code(t, "alice")).seesWrong(http.StatusConflict, outdated)
}

// TestProgram checks the flags, and what the program prints.
func TestProgram(t *testing.T) {
	t.Parallel()
	none := func(string) string { return "" }
	for args, want := range map[string]string{
		"-user-pool-id eu-west-1_Demo12345":       "webapp: missing -client-id",
		"-client-id demo":                         "webapp: missing -user-pool-id",
		"-demo x":                                 "expected mfa or passkeys",
		"-endpoint localhost:1":                   "expected a URL",
		"-trust-proxy 10.0.0.0/99":                "10.0.0.0/99",
		"sign in":                                 "an argument that is no flag",
		"-addr 127.0.0.1:0 -keys aHVudGVyMg==":    "Keys[0] is not 32 bytes in base64",
		"-addr 127.0.0.1:0 -session-validity 16m": "Validity is not within",

		"-user-pool-id nowhere -client-id x -addr 127.0.0.1:0": "UserPoolID",

		"-addr 256.0.0.1:0":                                       "webapp: listen tcp",
		"-addr 127.0.0.1:0 -region x -api private":                "expected public or admin",
		"-addr 127.0.0.1:0 -flow fast -client-secret aHVudGVyMg=": "expected srp or password or custom",
	} {
		var stdout, stderr buffer
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		status := run(ctx, strings.Fields(args), none, &stdout, &stderr)
		cancel()
		if status == 0 || !strings.Contains(stderr.String(), want) || strings.Contains(stderr.String(), "aHVudGVyMg") {
			t.Errorf("%s: got status %d and %q, want %q", args, status, &stderr, want)
		}
	}
	var stdout, stderr buffer
	if status := run(t.Context(), []string{"-h"}, none, &stdout, &stderr); status != 0 || !strings.Contains(stdout.String(), "-user-pool-id") {
		t.Errorf("-h: got status %d and %q", status, &stdout)
	}

	ctx, cancel := context.WithCancel(t.Context())
	out, ended := newOutput(), make(chan int)
	go func() {
		ended <- run(ctx, []string{"-addr", "127.0.0.1:0"}, none, out, &stderr)
	}()
	home := out.firstLine(ctx, t, time.Minute)
	reply, err := http.Get(strings.Replace(home, "localhost", "127.0.0.1", 1) + "/sign-in")
	if err != nil {
		t.Fatal(err)
	}
	reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		t.Errorf("got status %d", reply.StatusCode)
	}
	cancel()
	if status := <-ended; status != 0 {
		t.Errorf("got status %d after an interrupt", status)
	}
	for _, text := range []string{"alice", "bob", "is asked for a code by text message", home + "/demo"} {
		if !strings.Contains(out.String(), text) {
			t.Errorf("got no %q in %s", text, fmt.Sprint(out))
		}
	}
}
