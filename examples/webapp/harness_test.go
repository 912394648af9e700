package main

import (
	"bytes"
	"context"
	"encoding/json"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

const (
	password = "Wonderland-1865"
	wrong    = "wrong"
)

// user returns a user with an e-mail address and a phone number.
func user(name string, factors ...types.ChallengeNameType) challengetest.User {
	return challengetest.User{
		Username: name, Password: challenge.NewSecret(password), MFA: factors,
		Attributes: map[string]string{"email": name + "@example.com", "phone_number": "+15550100"},
	}
}

// servedPool is a pool on loopback that notes the secrets which it gives away.
type servedPool struct {
	*challengetest.Pool
	endpoint string
	secrets  *secrets

	mu      sync.Mutex
	refusal map[string]string // by operation, the error code that it fails with
}

// refuse makes an operation fail from now on, before it does anything, or work
// again.
func (p *servedPool) refuse(operation, code string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.refusal == nil {
		p.refusal = make(map[string]string)
	}
	p.refusal[operation] = code
}

func (p *servedPool) refused(w http.ResponseWriter, r *http.Request) bool {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	if r.Method == http.MethodGet {
		operation = "JWKS"
	}
	p.mu.Lock()
	code := p.refusal[operation]
	p.mu.Unlock()
	if code == "" {
		return false
	}
	status := http.StatusBadRequest
	if code == "InternalErrorException" {
		status = http.StatusInternalServerError
	}
	w.Header().Set("X-Amzn-Errortype", code)
	w.WriteHeader(status)
	io.WriteString(w, `{"__type":"`+code+`","message":"alice is refused"}`)
	return true
}

// appClient has a secret, so that SECRET_HASH is checked at every step.
var appClient = challengetest.AppClient{
	ID: "web", Secret: challenge.NewSecret("the-app-client-secret"), AuthFlows: types.ExplicitAuthFlowsType("").Values(),
	PreventUserExistenceErrors: types.PreventUserExistenceErrorTypesEnabled,
}

func servePool(t testing.TB, config challengetest.Config) *servedPool {
	t.Helper()
	config.UserPoolID = "eu-west-1_Webapp001"
	if config.Clients == nil {
		config.Clients = []challengetest.AppClient{appClient}
	}
	p, err := challengetest.NewPool(config)
	if err != nil {
		t.Fatal(err)
	}
	served := &servedPool{Pool: p, secrets: &secrets{}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if served.refused(w, r) {
			return
		}
		reply := httptest.NewRecorder()
		p.Handler().ServeHTTP(reply, r)
		served.secrets.note(reply.Body.Bytes())
		for name, values := range reply.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(reply.Code)
		w.Write(reply.Body.Bytes())
	}))
	t.Cleanup(server.Close)
	served.endpoint = server.URL
	return served
}

// code returns the newest code that was sent to a user.
func (p *servedPool) code(t testing.TB, username string) string {
	t.Helper()
	for _, m := range slices.Backward(p.Messages()) {
		if m.Username == username {
			return m.Code.Reveal()
		}
	}
	t.Fatalf("no message to %s", username)
	return ""
}

func (p *servedPool) totp(t testing.TB, username string) string {
	t.Helper()
	code, err := p.TOTPCode(username)
	if err != nil {
		t.Fatal(err)
	}
	return code.Reveal()
}

// secrets are what must show nowhere.
type secrets struct {
	mu  sync.Mutex
	all map[string]string // by secret, what it is
}

func (s *secrets) add(what, secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		s.all = make(map[string]string)
	}
	if secret != "" {
		s.all[secret] = what
	}
}

func (s *secrets) note(reply []byte) {
	var r struct {
		Session, SecretCode  string
		AuthenticationResult struct{ AccessToken, IdToken, RefreshToken string }
	}
	if json.Unmarshal(reply, &r) == nil {
		s.add("session", r.Session)
		s.add("secret code", r.SecretCode)
		s.add("access token", r.AuthenticationResult.AccessToken)
		s.add("ID token", r.AuthenticationResult.IdToken)
		s.add("refresh token", r.AuthenticationResult.RefreshToken)
	}
}

// check reports secrets in a text. The setup key has to be shown to its user,
// and stands there in groups of four.
func (s *secrets) check(t testing.TB, where, text string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for secret, what := range s.all {
		if strings.Contains(text, secret) {
			t.Errorf("%s: the %s is in it", where, what)
		}
	}
}

// servedSite is the site behind HTTPS, without which there are no cookies.
type servedSite struct {
	*httptest.Server
	pool *servedPool
	log  *buffer
}

type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func (p *servedPool) options() *options {
	return &options{
		config: challenge.Config{UserPoolID: p.UserPoolID(), ClientID: appClient.ID, ClientSecret: appClient.Secret},
		api:    "public", flow: "srp", region: "eu-west-1", endpoint: p.endpoint, validity: 3 * time.Minute,
		keys: []challenge.Secret{newKey()},
	}
}

// serveSite serves the site, for a pool in which settings may be changed.
func serveSite(t testing.TB, p *servedPool, change ...func(*options)) *servedSite {
	t.Helper()
	o := p.options()
	for _, f := range change {
		f(o)
	}
	log := &buffer{}
	s, err := newSite(t.Context(), o, nil, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	served := &servedSite{httptest.NewTLSServer(s.handler()), p, log}
	p.secrets.add("password", password)
	p.secrets.add("client secret", appClient.Secret.Reveal())
	p.secrets.add("sealing key", o.keys[0].Reveal())
	t.Cleanup(func() {
		served.Close()
		p.secrets.check(t, "log", log.String())
	})
	return served
}

// browser is one person's: it keeps cookies, follows redirects, and checks
// every page that it sees.
type browser struct {
	t       testing.TB
	base    string
	client  *http.Client
	jar     *jar
	secrets *secrets

	status int
	header http.Header
	url    *url.URL
	page   string
}

// jar also notes the cookies as they were set, with their attributes.
type jar struct {
	*cookiejar.Jar
	mu  sync.Mutex
	set []*http.Cookie
}

func (j *jar) SetCookies(u *url.URL, cookies []*http.Cookie) {
	j.mu.Lock()
	j.set = append(j.set, cookies...)
	j.mu.Unlock()
	j.Jar.SetCookies(u, cookies)
}

func newJar(t testing.TB) *jar {
	t.Helper()
	j, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &jar{Jar: j}
}

func (s *servedSite) browse(t testing.TB) *browser {
	t.Helper()
	b := &browser{t: t, base: s.URL, jar: newJar(t), secrets: s.pool.secrets}
	b.client = &http.Client{Transport: s.Client().Transport, Jar: b.jar, Timeout: time.Minute}
	t.Cleanup(b.checkCookies)
	return b
}

func (b *browser) get(path string) *browser {
	b.t.Helper()
	return b.send(http.MethodGet, path, nil)
}

// post sends a form, with what is hidden in the page.
func (b *browser) post(path string, fields ...string) *browser {
	b.t.Helper()
	form := url.Values{}
	if id := b.hidden("sign_in"); id != "" {
		form.Set("sign_in", id)
	}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return b.send(http.MethodPost, path, form)
}

func (b *browser) send(method, path string, form url.Values, headers ...string) *browser {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), method, b.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	reply, err := b.client.Do(request)
	if err != nil {
		b.t.Fatal(err)
	}
	defer reply.Body.Close()
	page, err := io.ReadAll(reply.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	b.status, b.header, b.url, b.page = reply.StatusCode, reply.Header, reply.Request.URL, string(page)
	b.checkPage()
	return b
}

// inline is what the Content-Security-Policy would not let happen.
var inline = regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|<script(\s[^>]*)?>[^<]`)

func (b *browser) checkPage() {
	b.t.Helper()
	if b.secrets != nil {
		b.secrets.check(b.t, b.url.Path, b.page)
		b.secrets.check(b.t, b.url.Path, b.url.String())
	}
	if found := inline.FindString(b.page); found != "" {
		b.t.Errorf("%s: got %q in the page", b.url.Path, found)
	}
	if b.header.Get("Content-Security-Policy") != contentSecurityPolicy || b.header.Get("Cache-Control") != "no-store" ||
		b.header.Get("X-Content-Type-Options") != "nosniff" {
		b.t.Errorf("%s: got headers %v", b.url.Path, b.header)
	}
}

// checkCookies checks every cookie that was ever set.
func (b *browser) checkCookies() {
	for _, c := range b.jar.set {
		if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
			b.t.Errorf("got cookie %s with %v", c.Name, *c)
		}
		if len(c.Name)+len(c.Value) > 4096 {
			b.t.Errorf("cookie %s has %d bytes", c.Name, len(c.Name)+len(c.Value))
		}
		if b.secrets != nil {
			b.secrets.check(b.t, "cookie "+c.Name, c.Value)
		}
	}
}

func (b *browser) sees(texts ...string) *browser {
	b.t.Helper()
	for _, text := range texts {
		if !strings.Contains(html.UnescapeString(b.page), text) {
			b.t.Fatalf("%s, status %d: expected %q in\n%s", b.url.Path, b.status, text, b.page)
		}
	}
	return b
}

func (b *browser) seesNot(text string) *browser {
	b.t.Helper()
	if strings.Contains(html.UnescapeString(b.page), text) {
		b.t.Fatalf("%s: got %q in\n%s", b.url.Path, text, b.page)
	}
	return b
}

// seesWrong expects a sentence about what is wrong, and a status that is not 200.
func (b *browser) seesWrong(status int, text string) *browser {
	b.t.Helper()
	b.sees(`role="alert">` + text)
	if b.status != status {
		b.t.Fatalf("got status %d, want %d", b.status, status)
	}
	return b
}

func (b *browser) hidden(name string) string {
	found := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(b.page)
	if found == nil {
		return ""
	}
	return html.UnescapeString(found[1])
}

func (b *browser) data(name string) string {
	found := regexp.MustCompile(`data-` + name + `="([^"]*)"`).FindStringSubmatch(b.page)
	if found == nil {
		b.t.Fatalf("no data-%s in\n%s", name, b.page)
	}
	return html.UnescapeString(found[1])
}

// signIn sends the form of the first page.
func (b *browser) signIn(username string, more ...string) *browser {
	b.t.Helper()
	b.get("/sign-in").sees("Remember this device")
	return b.post("/sign-in", append([]string{"username", username, "password", password}, more...)...)
}

func (b *browser) isSignedIn(as string) *browser {
	b.t.Helper()
	if b.get("/"); b.url.Path != "/" || b.status != http.StatusOK {
		b.t.Fatalf("got %s, status %d:\n%s", b.url.Path, b.status, b.page)
	}
	return b.sees(`id="who">` + as + `<`)
}

// cookies returns the cookies that the site would get now.
func (b *browser) cookies() map[string]string {
	b.t.Helper()
	u, err := url.Parse(b.base)
	if err != nil {
		b.t.Fatal(err)
	}
	all := make(map[string]string)
	for _, c := range b.jar.Cookies(u) {
		all[c.Name] = c.Value
	}
	return all
}

func (b *browser) setCookie(name, value string) {
	b.t.Helper()
	u, err := url.Parse(b.base)
	if err != nil {
		b.t.Fatal(err)
	}
	b.jar.Jar.SetCookies(u, []*http.Cookie{{Name: name, Value: value, Path: "/", Secure: true}})
}

// asWebapp is the environment variable with which the test binary is the
// program.
const asWebapp = "WEBAPP_TEST_RUN"

func TestMain(m *testing.M) {
	if users, err := strconv.Atoi(os.Getenv(asPool)); err == nil {
		runPool(users)
	}
	if os.Getenv(withHeap) != "" {
		serveHeap()
	}
	if os.Getenv(asWebapp) != "" {
		main()
	}
	os.Exit(m.Run())
}

// output collects what a program prints, and lets a test wait for its first
// line.
type output struct {
	buffer
	once  sync.Once
	first chan string
}

func newOutput() *output { return &output{first: make(chan string, 1)} }

func (o *output) Write(p []byte) (int, error) {
	n, err := o.buffer.Write(p)
	if line, _, ok := strings.Cut(o.String(), "\n"); ok {
		o.once.Do(func() { o.first <- line })
	}
	return n, err
}

func (o *output) firstLine(ctx context.Context, t testing.TB, limit time.Duration) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	select {
	case line := <-o.first:
		return line
	case <-ctx.Done():
		t.Fatalf("nothing was printed")
		return ""
	}
}
