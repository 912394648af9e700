package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

var screenshots = flag.String("screenshots", "", "keep the browser's screenshots in this `directory` (default: a new one)")

// TestBrowser has Chromium sign in to the program with its pools in memory, by
// clicking. Codes are read where a person reads them, on the demo's phone.
func TestBrowser(t *testing.T) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		const missing = "chromium is missing: install it with apt-get install chromium"
		if os.Getenv("CI") != "" {
			t.Fatal(missing)
		}
		t.Skip(missing)
	}
	dir := *screenshots
	if dir == "" {
		if dir, err = os.MkdirTemp("", "webapp-screenshots-"); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Logf("the screenshots are in %s", dir)

	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.WindowSize(560, 760), // and a new directory for the user's data
		chromedp.Headless, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
	}
	for _, name := range []string{"disable-quic", "disable-background-networking", "disable-component-update", "disable-sync", "disable-dev-shm-usage"} {
		options = append(options, chromedp.Flag(name, true))
	}
	if os.Getuid() == 0 { // Chromium's sandbox refuses root
		options = append(options, chromedp.NoSandbox)
	}
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	for _, scenario := range []struct {
		name, pool string
		run        func(*person)
	}{
		{"sms-and-device", "mfa", smsAndDevice},
		{"first-sign-in", "mfa", firstSignIn},
		{"passkey", "passkeys", passkey},
		{"selection", "passkeys", selection},
	} {
		t.Run(scenario.name, func(t *testing.T) {
			home := runDemo(t, scenario.pool)
			// Cookies of their own, as in another browser.
			ctx, cancel := chromedp.NewContext(ctx, chromedp.WithNewBrowserContext())
			defer cancel()
			ctx, cancel = context.WithTimeout(ctx, 2*time.Minute)
			defer cancel()
			p := &person{t: t, ctx: ctx, home: home, shots: filepath.Join(dir, scenario.name)}
			p.watch()
			scenario.run(p)
		})
	}
}

// runDemo runs the program until the test ends, and returns its address.
func runDemo(t *testing.T, pool string) string {
	t.Helper()
	out, log := newOutput(), &buffer{}
	ctx, cancel := context.WithCancel(t.Context())
	var stopped sync.WaitGroup
	stopped.Go(func() {
		if status := run(ctx, []string{"-addr", "127.0.0.1:0", "-demo", pool}, func(string) string { return "" }, out, log); status != 0 {
			t.Errorf("got exit status %d, and %s", status, log)
		}
	})
	t.Cleanup(func() {
		cancel()
		stopped.Wait()
	})
	return out.firstLine(ctx, t, time.Minute)
}

// person uses one browser.
type person struct {
	t     *testing.T
	ctx   context.Context
	home  string
	shots string // the screenshots' names begin so
	count int
}

// watch reports what the browser complains about.
func (p *person) watch() {
	p.t.Helper()
	err := chromedp.Listen(p.ctx, func(ev any) {
		switch ev := ev.(type) {
		case *runtime.EventExceptionThrown:
			p.t.Errorf("script: %s", ev.ExceptionDetails.Text)
		case *cdplog.EventEntryAdded:
			if strings.Contains(ev.Entry.Text, "Content Security Policy") || strings.Contains(ev.Entry.Text, "Cookie") {
				p.t.Errorf("browser: %s", ev.Entry.Text)
			}
		}
	})
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *person) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// goTo opens a page of the site.
func (p *person) goTo(path string) {
	p.t.Helper()
	p.do(chromedp.Navigate(p.home + path))
	p.shoot()
}

// types types into the input with this name.
func (p *person) types(name, text string) {
	p.t.Helper()
	p.do(chromedp.SendKeys(chromedp.CSS(`input[name="`+name+`"]:not([type=hidden])`), text))
}

// clicks presses the button or link with this text, and waits for the page that
// follows.
func (p *person) clicks(text string) {
	p.t.Helper()
	button := chromedp.Search(fmt.Sprintf(`//main//*[self::button or self::a][contains(normalize-space(.), %q)]`, text))
	if _, err := chromedp.RunResponse(p.ctx, chromedp.Click(button)); err != nil {
		p.t.Fatalf("%s: %v", text, err)
	}
	p.shoot()
}

// sees waits until the page says so.
func (p *person) sees(texts ...string) {
	p.t.Helper()
	for _, text := range texts {
		ctx, cancel := context.WithTimeout(p.ctx, 30*time.Second)
		err := chromedp.Do(ctx, chromedp.WaitVisible(chromedp.Search(fmt.Sprintf(`//body//*[contains(normalize-space(.), %q)]`, text))))
		cancel()
		if err != nil {
			body, _ := chromedp.Run(p.ctx, chromedp.Text(chromedp.CSS("body")))
			p.t.Fatalf("expected %q, got\n%s", text, body)
		}
	}
}

// shoot keeps a picture of the page.
func (p *person) shoot() {
	p.t.Helper()
	picture, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		p.t.Fatal(err)
	}
	p.count++
	if err := os.WriteFile(fmt.Sprintf("%s-%02d.png", p.shots, p.count), picture, 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// phone reads the newest code on the demo's phone, in another tab.
func (p *person) phone(heading string) string {
	p.t.Helper()
	ctx, cancel := chromedp.NewContext(p.ctx)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate(p.home+"/demo")); err != nil {
		p.t.Fatal(err)
	}
	code, err := chromedp.Run(ctx, chromedp.Text(chromedp.Search(`//h2[.="`+heading+`"]/following-sibling::p[1]/code`)))
	if err != nil {
		p.t.Fatal(err)
	}
	return code
}

func smsAndDevice(p *person) {
	p.goTo("/")
	p.sees("Sign in as alice", "Sign in as bob")
	p.types("username", "alice")
	p.types("password", wrong)
	p.clicks("Sign in")
	p.sees("The user name or the password is wrong.")

	p.clicks("Sign in as alice")
	p.sees("We sent a code by text message to +*******0100.")
	p.types("code", "000000")
	p.clicks("Continue")
	p.sees("This code is wrong.")
	p.types("code", p.phone("Messages"))
	p.clicks("Continue")
	p.sees("Hello, Alice Liddell", "not remembered")
	p.clicks("Get new tokens")
	p.sees("You have new tokens.")
	p.clicks("Sign out")

	password, err := chromedp.Run(p.ctx, chromedp.Value(chromedp.CSS(`form:has(#demo-alice) input[name=password]`)))
	if err != nil {
		p.t.Fatal(err)
	}
	signIn := func() {
		p.types("username", "alice")
		p.types("password", password)
		p.do(chromedp.Click(chromedp.CSS("input[name=remember]")))
		p.clicks("Sign in")
	}
	signIn()
	p.types("code", p.phone("Messages"))
	p.clicks("Continue")
	p.sees("Forget this device")
	p.clicks("Sign out")
	signIn() // and no code is asked for
	p.sees("Hello, Alice Liddell", "Forget this device")
	p.clicks("Forget this device")
	p.sees("This device is forgotten.")
	p.clicks("Sign out everywhere")
	p.sees("Sign in as alice")
	p.goTo("/demo")
}

func firstSignIn(p *person) {
	p.goTo("/sign-in")
	p.clicks("Sign in as bob")
	p.sees("Choose a password")
	p.types("new_password", "short")
	p.types("attribute-name", "Bob Dodgson")
	p.clicks("Continue")
	p.sees("Please choose another password.")
	p.types("new_password", "Looking-Glass-1871") // the name is still there
	p.clicks("Continue")
	p.sees("Set up a second step")
	p.clicks("Authenticator app")
	p.sees("Scan this with the app")
	p.types("code", "000000")
	p.clicks("Continue")
	p.sees("This code is wrong.", "Scan this with the app")
	p.types("code", p.phone("Authenticator apps"))
	p.clicks("Continue")
	p.sees("Hello, Bob Dodgson")
}

func passkey(p *person) {
	if _, err := chromedp.Call(p.ctx, webauthn.Enable, webauthn.EnableParams{}); err != nil {
		p.t.Fatal(err)
	}
	if _, err := chromedp.Call(p.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{
		Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		},
	}); err != nil {
		p.t.Fatal(err)
	}
	p.goTo("/")
	p.clicks("Sign in as alice")
	p.sees("Hello, Alice Liddell")
	p.clicks("Add a passkey")
	p.clicks("Make a passkey")
	p.sees("Your passkey is registered.")
	p.clicks("Add a passkey")
	p.do(chromedp.Click(chromedp.CSS("form button")))
	p.sees("This device has a passkey for this account already.")
	p.shoot()
	p.clicks("Not now")
	p.clicks("Sign out")

	p.types("username", "alice")
	p.clicks("Use a passkey or a code")
	p.sees("Choose how to sign in", "Passkey", "Text message", "E-mail")
	p.clicks("Passkey")
	p.clicks("Use a passkey")
	p.sees("Hello, Alice Liddell")
}

func selection(p *person) {
	p.goTo("/")
	p.clicks("Sign in as bob")
	p.sees("A second step")
	p.clicks("E-mail")
	p.sees("We sent a code by e-mail to b***@e***.")
	p.types("code", p.phone("Messages"))
	p.clicks("Continue")
	p.sees("Hello")
}
