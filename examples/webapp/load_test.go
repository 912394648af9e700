package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	goruntime "runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

var (
	load      = flag.Bool("load", false, "measure the program under load, for some minutes")
	loadUsers = flag.Int("load-users", 100_000, "the most `users` in the pool under load")
)

// TestLoad signs users in through the program, each by SRP and a text message,
// in four requests of a browser: the form, the page with the challenge, its
// answer, and the page that verifies the tokens. Pool, program and browsers are
// a process each.
//
// Without -load it is a short run that only shows that it works.
func TestLoad(t *testing.T) {
	if !*load {
		l := startLoad(t, 20)
		t.Log(l.run(10, 20, time.Minute))
		return
	}
	for users := 100; users <= *loadUsers; users *= 10 {
		t.Run(fmt.Sprintf("users=%d", users), func(t *testing.T) {
			l := startLoad(t, users)
			t.Logf("the pool took %s to make", l.made.Round(time.Millisecond))
			l.run(10, 200, 10*time.Second) // warm up
			for _, concurrent := range []int{10, 100, 1000} {
				if concurrent <= users && (concurrent == 10 || users == 100 || users*10 > *loadUsers) {
					t.Log(l.run(concurrent, max(1000, 2*concurrent), 30*time.Second))
				}
			}
		})
	}
}

// Environment variables with which the test binary is something else, besides
// asWebapp.
const (
	asPool   = "WEBAPP_TEST_POOL" // how many users it has
	withHeap = "WEBAPP_TEST_HEAP" // also serve what the heap holds
)

const loadPassword = "Wonderland-1865"

func loadUser(i int) string { return fmt.Sprintf("user%06d", i) }

// runPool is the pool's process. It prints its address.
func runPool(users int) {
	var codes sync.Map
	config := challengetest.Config{
		UserPoolID: "eu-west-1_Webapp001", Clients: []challengetest.AppClient{appClient},
		OnMessage: func(m challengetest.Message) { codes.Store(m.Username, m.Code.Reveal()) },
	}
	for i := range users {
		config.Users = append(config.Users, challengetest.User{
			Username: loadUser(i), Password: challenge.NewSecret(loadPassword), MFA: []types.ChallengeNameType{types.ChallengeNameTypeSmsMfa},
			Attributes: map[string]string{"phone_number": fmt.Sprintf("+1555%06d", i)},
		})
	}
	start := time.Now()
	p, err := challengetest.NewPool(config)
	if err != nil {
		panic(err)
	}
	made := time.Since(start)
	mux := http.NewServeMux()
	mux.Handle("/", p.Handler())
	mux.HandleFunc("GET /code/{user}", func(w http.ResponseWriter, r *http.Request) {
		if code, ok := codes.Load(r.PathValue("user")); ok {
			io.WriteString(w, code.(string))
		}
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Printf("http://%s %d\n", listener.Addr(), made)
	panic(http.Serve(listener, mux))
}

// serveHeap serves how many bytes are on the heap after a collection, and
// writes its address to standard error, where a log is otherwise.
func serveHeap() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Fprintf(os.Stderr, "heap http://%s\n", listener.Addr())
	go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		goruntime.GC()
		goruntime.GC() // finalizers have run
		var m goruntime.MemStats
		goruntime.ReadMemStats(&m)
		fmt.Fprint(w, m.HeapAlloc)
	}))
}

// loaded are the two processes.
type loaded struct {
	t             testing.TB
	users         int
	made          time.Duration
	pool, site    *exec.Cmd
	poolURL       string
	siteURL, heap string
	free          chan string // users; a newer code makes a user's older one worthless
	failures      atomic.Int64
	transport     *http.Transport
}

// start starts the test binary as another program, until the test ends.
func start(t testing.TB, stdout, stderr io.Writer, env []string, args ...string) *exec.Cmd {
	t.Helper()
	c := exec.Command(os.Args[0], args...)
	c.Env = append(os.Environ(), env...)
	c.Stdout, c.Stderr = stdout, stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Process.Kill()
		c.Wait()
	})
	return c
}

func startLoad(t testing.TB, users int) *loaded {
	t.Helper()
	l := &loaded{t: t, users: users, free: make(chan string, users), transport: &http.Transport{MaxIdleConnsPerHost: 2000}}
	for i := range users {
		l.free <- loadUser(i)
	}
	t.Cleanup(l.transport.CloseIdleConnections)
	out := newOutput()
	l.pool = start(t, out, os.Stderr, []string{asPool + "=" + strconv.Itoa(users)})
	var nanos int64
	if _, err := fmt.Sscanf(out.firstLine(t.Context(), t, 15*time.Minute), "%s %d", &l.poolURL, &nanos); err != nil {
		t.Fatal(err)
	}
	l.made = time.Duration(nanos)
	out, log := newOutput(), newOutput()
	l.site = start(t, out, log, []string{
		asWebapp + "=1", withHeap + "=1", "AWS_EC2_METADATA_DISABLED=true",
		"WEBAPP_KEYS=" + newKey().Reveal(), "COGNITO_CLIENT_SECRET=" + appClient.Secret.Reveal(),
	}, "-addr", "127.0.0.1:0", "-user-pool-id", "eu-west-1_Webapp001", "-client-id", appClient.ID, "-endpoint", l.poolURL,
		"-insecure-cookies") // there is no HTTPS between, so the figures are without it
	l.siteURL = out.firstLine(t.Context(), t, time.Minute)
	l.heap = strings.TrimPrefix(log.firstLine(t.Context(), t, time.Minute), "heap ")
	return l
}

// run signs in, so many at once, until there were enough or the time is up. All
// that run at once first get their challenge, then wait for each other, so that
// it can be seen what a sign-in under way takes; only then are they measured.
func (l *loaded) run(concurrent, total int, limit time.Duration) string {
	l.t.Helper()
	before := l.readHeap()
	var waiting, parked sync.WaitGroup
	resume := make(chan struct{})
	for range concurrent {
		parked.Add(1)
		waiting.Go(func() {
			v := l.visit()
			form := v.begin()
			parked.Done()
			<-resume
			v.finish(form)
		})
	}
	parked.Wait()
	each := max(0, l.readHeap()-before) / int64(concurrent)
	close(resume)
	waiting.Wait()

	ctx, cancel := context.WithTimeout(l.t.Context(), limit)
	defer cancel()
	var (
		mu    sync.Mutex
		took  []time.Duration
		left  atomic.Int64
		crowd sync.WaitGroup
	)
	left.Store(int64(total))
	begin, siteCPU, poolCPU := time.Now(), cpu(l.site), cpu(l.pool)
	for range concurrent {
		crowd.Go(func() {
			for left.Add(-1) >= 0 && ctx.Err() == nil {
				from := time.Now()
				v := l.visit()
				v.finish(v.begin())
				mu.Lock()
				took = append(took, time.Since(from))
				mu.Unlock()
			}
		})
	}
	crowd.Wait()
	elapsed := time.Since(begin)
	siteCPU, poolCPU = cpu(l.site)-siteCPU, cpu(l.pool)-poolCPU
	if n := l.failures.Load(); n > 0 || len(took) == 0 {
		l.t.Fatalf("%d of %d sign-ins failed", n, len(took))
	}
	slices.Sort(took)
	n := float64(len(took))
	perCore := func(d time.Duration) float64 { return n / max(d.Seconds(), 0.001) }
	return fmt.Sprintf("%d users, %d at once, %d sign-ins: %.0f/s; per core of the site %.0f/s, of the pool %.0f/s; p50 %s, p99 %s; "+
		"heap of the site for each one under way %d B, peak RSS of the site %s, of the pool %s",
		l.users, concurrent, len(took), n/elapsed.Seconds(), perCore(siteCPU), perCore(poolCPU),
		took[len(took)/2].Round(100*time.Microsecond), took[len(took)*99/100].Round(100*time.Microsecond),
		each, peak(l.site), peak(l.pool))
}

// readHeap returns the bytes on the site's heap when no browser holds a
// connection. It takes a while until all are closed, so the least counts.
func (l *loaded) readHeap() int64 {
	l.t.Helper()
	least := int64(-1)
	for range 20 {
		l.transport.CloseIdleConnections()
		n, err := strconv.ParseInt(l.fetch(l.heap), 10, 64)
		if err != nil {
			l.t.Fatal(err)
		}
		if least < 0 || n < least {
			least = n
		}
	}
	return least
}

func (l *loaded) fetch(url string) string {
	reply, err := http.Get(url)
	if err != nil {
		l.failures.Add(1)
		return ""
	}
	defer reply.Body.Close()
	text, _ := io.ReadAll(reply.Body)
	return string(text)
}

// visit is one sign-in of one user in a browser of its own.
type visit struct {
	*loaded
	user   string
	client *http.Client
}

func (l *loaded) visit() *visit {
	jar, _ := cookiejar.New(nil)
	return &visit{l, <-l.free, &http.Client{Transport: l.transport, Jar: jar, Timeout: time.Minute}}
}

var signInID = regexp.MustCompile(`name="sign_in" value="([^"]+)"`)

func (v *visit) begin() string {
	return v.post("/sign-in", url.Values{"username": {v.user}, "password": {loadPassword}}, "We sent a code")
}

func (v *visit) finish(form string) {
	defer func() { v.free <- v.user }()
	id := signInID.FindStringSubmatch(form)
	if id == nil {
		return // begin has counted it
	}
	code := v.fetch(v.poolURL + "/code/" + v.user)
	v.post("/challenge", url.Values{"sign_in": {id[1]}, "code": {code}}, `id="who">`+v.user+"<")
}

func (v *visit) post(path string, form url.Values, want string) string {
	reply, err := v.client.PostForm(v.siteURL+path, form)
	if err == nil {
		defer reply.Body.Close()
		var page []byte
		if page, err = io.ReadAll(reply.Body); err == nil && strings.Contains(string(page), want) {
			return string(page)
		}
		err = errors.Join(err, fmt.Errorf("%s: got status %d", path, reply.StatusCode))
	}
	if v.failures.Add(1) == 1 {
		v.t.Error(err)
	}
	return ""
}

// cpu returns the processor time of a process so far. Linux counts it in
// hundredths of a second.
func cpu(c *exec.Cmd) time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", c.Process.Pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	var ticks int64
	for _, f := range fields[11:13] { // utime and stime
		n, _ := strconv.ParseInt(f, 10, 64)
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// peak returns the most memory that a process had.
func peak(c *exec.Cmd) string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.Process.Pid))
	if err != nil {
		return "?"
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	line, _, _ := strings.Cut(rest, "\n")
	return strings.TrimSpace(line)
}
