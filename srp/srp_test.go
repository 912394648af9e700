package srp_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"math/big"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cognito-go/cognitoauth/srp"
	"github.com/cognito-go/cognitoauth/srp/internal/modp"
	"github.com/cognito-go/cognitoauth/srp/srptest"
)

var at = time.Date(2026, time.November, 3, 0, 0, 0, 0, time.UTC)

// signIn returns both sides of a sign-in up to the challenge.
func signIn(t testing.TB, password string) (*srp.Client, *srptest.Server, srp.Challenge) {
	t.Helper()
	ch := srp.Challenge{
		Scope:       "AbCdEfGhI",
		Identity:    "alice",
		Salt:        "8f3c2a1b00ff00ff7e5d4c3b2a190807",
		SecretBlock: base64.StdEncoding.EncodeToString([]byte("what only the service reads")),
	}
	verifier, err := srptest.Verifier(ch.Scope, ch.Identity, password, ch.Salt)
	if err != nil {
		t.Fatal(err)
	}
	server, err := srptest.NewServer(verifier)
	if err != nil {
		t.Fatal(err)
	}
	ch.B = server.B()
	return srp.NewClient(), server, ch
}

func TestSignIn(t *testing.T) {
	client, server, ch := signIn(t, "Passw0rd!")
	signature, timestamp, err := client.Claim(ch, "Passw0rd!", at)
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Verify(client.A(), ch, timestamp, signature); err != nil {
		t.Errorf("the right password: %v", err)
	}
	signature, timestamp, err = client.Claim(ch, "Passw0rd?", at)
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Verify(client.A(), ch, timestamp, signature); !errors.Is(err, srptest.ErrProof) {
		t.Errorf("a wrong password: %v", err)
	}
}

func TestA(t *testing.T) {
	form := regexp.MustCompile(`^[1-9a-f][0-9a-f]{0,767}$`)
	seen := make(map[string]bool)
	for range 20 {
		c := srp.NewClient()
		A := c.A()
		if !form.MatchString(A) {
			t.Errorf("A = %q", A)
		}
		if c.A() != A {
			t.Error("A changes")
		}
		if seen[A] {
			t.Error("two clients have one A")
		}
		seen[A] = true
	}
	// 2^4 has one digit, 2^5 has two.
	if got := srptest.NewClient(t, []byte{3}).A(); got != "8" {
		t.Errorf("A for a = 3 is %q", got)
	}
	if got := srptest.NewClient(t, []byte{0, 4}).A(); got != "10" {
		t.Errorf("A for a = 4 is %q", got)
	}
}

// TestAgainstReference has both kinds of ephemeral, the 256 bits of this
// package and the 1024 of others.
func TestAgainstReference(t *testing.T) {
	for i := range 12 {
		size := []int{32, 128, 1, 64}[i%4]
		_, _, ch := signIn(t, "Passw0rd!")
		ref := randomReference(t)
		ref = newReference(ref.a.SetBytes(ref.a.FillBytes(make([]byte, modp.Size))[modp.Size-size:]))
		client := srptest.NewClient(t, ref.a.FillBytes(make([]byte, size)))
		if got, want := client.A(), ref.A.Text(16); got != want {
			t.Errorf("A = %s, want %s", got, want)
		}
		got, timestamp, err := client.Claim(ch, "Passw0rd!", at)
		if err != nil {
			t.Fatal(err)
		}
		if want := ref.claim(t, ch, "Passw0rd!", timestamp); got != want {
			t.Errorf("a of %d bytes: signature = %s, want %s", size, got, want)
		}
	}
}

// TestClaimCoversAll alters everything that a claim is about, byte by byte.
func TestClaimCoversAll(t *testing.T) {
	const password = "pässwörd"
	_, server, right := signIn(t, password)
	client := srptest.NewClient(t, []byte("a secret of more than 256 bits, as some clients have it"))
	claim := func(ch srp.Challenge, password string, at time.Time) string {
		signature, _, err := client.Claim(ch, password, at)
		if err != nil {
			t.Fatal(err)
		}
		return signature
	}
	seen := map[string]string{claim(right, password, at): "nothing"}
	expectNew := func(what, signature string) {
		if other, ok := seen[signature]; ok {
			t.Errorf("altering %s gives the same signature as altering %s", what, other)
		}
		seen[signature] = what
	}

	flip := func(s string, i int) string {
		b := []byte(s)
		b[i] ^= 1
		return string(b)
	}
	for i := range right.Scope {
		ch := right
		ch.Scope = flip(ch.Scope, i)
		expectNew("scope", claim(ch, password, at))
	}
	for i := range right.Identity {
		ch := right
		ch.Identity = flip(ch.Identity, i)
		expectNew("user", claim(ch, password, at))
	}
	for i := range len(password) {
		expectNew("password", claim(right, flip(password, i), at))
	}
	for i := range unhex(t, right.Salt) {
		ch := right
		ch.Salt = hex.EncodeToString([]byte(flip(string(unhex(t, ch.Salt)), i)))
		expectNew("salt", claim(ch, password, at))
	}
	for i := range unhex(t, right.B) {
		ch := right
		ch.B = hex.EncodeToString([]byte(flip(string(unhex(t, ch.B)), i)))
		expectNew("B", claim(ch, password, at))
	}
	block, _ := base64.StdEncoding.DecodeString(right.SecretBlock)
	for i := range block {
		ch := right
		ch.SecretBlock = base64.StdEncoding.EncodeToString([]byte(flip(string(block), i)))
		expectNew("secret block", claim(ch, password, at))
	}
	for _, d := range []time.Duration{time.Second, time.Minute, time.Hour, 24 * time.Hour, 31 * 24 * time.Hour, 365 * 24 * time.Hour} {
		expectNew("time", claim(right, password, at.Add(d)))
	}
	expectNew("a", func() string {
		signature, _, err := srp.NewClient().Claim(right, password, at)
		if err != nil {
			t.Fatal(err)
		}
		return signature
	}())

	// The timestamp is text, which only the server can be given any of.
	timestamp := srp.Timestamp(at)
	signature := claim(right, password, at)
	if err := server.Verify(client.A(), right, timestamp, signature); err != nil {
		t.Fatal(err)
	}
	for i := range timestamp {
		if err := server.Verify(client.A(), right, flip(timestamp, i), signature); !errors.Is(err, srptest.ErrProof) {
			t.Errorf("timestamp %q: %v", flip(timestamp, i), err)
		}
	}
}

// TestSpellings has the spellings of one number that do not matter.
func TestSpellings(t *testing.T) {
	const password = "Passw0rd!"
	client, _, ch := signIn(t, password)
	ch.Salt = "0a0b"
	want, _, err := client.Claim(ch, password, at)
	if err != nil {
		t.Fatal(err)
	}
	for name, alter := range map[string]func(*srp.Challenge){
		"odd salt":          func(ch *srp.Challenge) { ch.Salt = "a0b" },
		"padded salt":       func(ch *srp.Challenge) { ch.Salt = "00000a0b" },
		"upper-case salt":   func(ch *srp.Challenge) { ch.Salt = "A0B" },
		"upper-case B":      func(ch *srp.Challenge) { ch.B = strings.ToUpper(ch.B) },
		"B with a 00 byte":  func(ch *srp.Challenge) { ch.B = "00" + ch.B },
		"B without zeros":   func(ch *srp.Challenge) { ch.B = strings.TrimLeft(ch.B, "0") },
		"B of odd length":   func(ch *srp.Challenge) { ch.B = "0" + ch.B },
		"nothing different": func(*srp.Challenge) {},
	} {
		other := ch
		alter(&other)
		got, _, err := client.Claim(other, password, at)
		if got != want || err != nil {
			t.Errorf("%s: %q, %v, want %q", name, got, err, want)
		}
	}
}

// TestClaimErrors has every way in which a claim can't be made. "hunter2" is
// in every value that has room for it, and must not be in the error.
func TestClaimErrors(t *testing.T) {
	N := new(big.Int).SetBytes(modp.N())
	plus := func(d int64) string { return new(big.Int).Add(N, big.NewInt(d)).Text(16) }
	_, _, good := signIn(t, "Passw0rd!")
	for _, test := range []struct {
		name string
		edit func(ch *srp.Challenge, password *string)
		key  string
		err  error
	}{
		{"no scope", func(ch *srp.Challenge, _ *string) { ch.Scope = "" }, "Scope", srp.ErrEmpty},
		{"no identity", func(ch *srp.Challenge, _ *string) { ch.Identity = "" }, "Identity", srp.ErrEmpty},
		{"no password", func(_ *srp.Challenge, password *string) { *password = "" }, "password", srp.ErrEmpty},

		{"no salt", func(ch *srp.Challenge, _ *string) { ch.Salt = "" }, "SALT", srp.ErrEmpty},
		{"salt not hex", func(ch *srp.Challenge, _ *string) { ch.Salt = "hunter2" }, "SALT", srp.ErrNotHex},
		{"salt with 0x", func(ch *srp.Challenge, _ *string) { ch.Salt = "0x10" }, "SALT", srp.ErrNotHex},
		{"long salt", func(ch *srp.Challenge, _ *string) { ch.Salt = strings.Repeat("1", 513) }, "SALT", srp.ErrTooLong},
		{"very long salt", func(ch *srp.Challenge, _ *string) { ch.Salt = strings.Repeat("hunter2", 100) }, "SALT", srp.ErrTooLong},

		{"no B", func(ch *srp.Challenge, _ *string) { ch.B = "" }, "SRP_B", srp.ErrEmpty},
		{"B not hex", func(ch *srp.Challenge, _ *string) { ch.B = "hunter2" }, "SRP_B", srp.ErrNotHex},
		{"long B", func(ch *srp.Challenge, _ *string) { ch.B = "1" + strings.Repeat("0", 768) }, "SRP_B", srp.ErrTooLong},
		{"very long B", func(ch *srp.Challenge, _ *string) { ch.B = strings.Repeat("0", 771) }, "SRP_B", srp.ErrTooLong},
		{"B = 0", func(ch *srp.Challenge, _ *string) { ch.B = "0" }, "SRP_B", srp.ErrZeroB},
		{"B = 0 in full", func(ch *srp.Challenge, _ *string) { ch.B = strings.Repeat("0", 770) }, "SRP_B", srp.ErrZeroB},
		{"B = N", func(ch *srp.Challenge, _ *string) { ch.B = plus(0) }, "SRP_B", srp.ErrZeroB},
		{"B = N + 1", func(ch *srp.Challenge, _ *string) { ch.B = plus(1) }, "SRP_B", srp.ErrRange},
		{"B all ones", func(ch *srp.Challenge, _ *string) { ch.B = strings.Repeat("f", 768) }, "SRP_B", srp.ErrRange},

		{"no block", func(ch *srp.Challenge, _ *string) { ch.SecretBlock = "" }, "SECRET_BLOCK", srp.ErrEmpty},
		{"block not base64", func(ch *srp.Challenge, _ *string) { ch.SecretBlock = "hunter2!" }, "SECRET_BLOCK", srp.ErrNotBase64},
		{"block without padding", func(ch *srp.Challenge, _ *string) { ch.SecretBlock = "hunter2" }, "SECRET_BLOCK", srp.ErrNotBase64},
		{"block for URLs", func(ch *srp.Challenge, _ *string) { ch.SecretBlock = "hunter2_" }, "SECRET_BLOCK", srp.ErrNotBase64},
		{"block in lines", func(ch *srp.Challenge, _ *string) { ch.SecretBlock = "hunter2+\n" }, "SECRET_BLOCK", srp.ErrNotBase64},
		{"block with stray bits", func(ch *srp.Challenge, _ *string) { ch.SecretBlock = "hunter2=" }, "SECRET_BLOCK", srp.ErrNotBase64},
		{"long block", func(ch *srp.Challenge, _ *string) { ch.SecretBlock = strings.Repeat("hunter2+", 16385) }, "SECRET_BLOCK", srp.ErrTooLong},
	} {
		t.Run(test.name, func(t *testing.T) {
			ch, password := good, "hunter2"
			test.edit(&ch, &password)
			signature, timestamp, err := srp.NewClient().Claim(ch, password, at)
			if signature != "" || timestamp != "" {
				t.Errorf("Claim = %q, %q with an error", signature, timestamp)
			}
			expectParamError(t, err, test.key, test.err)
		})
	}

	// What is just not too much.
	ch := good
	ch.Salt = strings.Repeat("f", 512)
	ch.B = plus(-1)
	ch.SecretBlock = strings.Repeat("hunter2+", 16384)
	if _, _, err := srp.NewClient().Claim(ch, "hunter2", at); err != nil {
		t.Errorf("the greatest of everything: %v", err)
	}
	ch.Salt, ch.B, ch.SecretBlock = "0", "1", "AA=="
	if _, _, err := srp.NewClient().Claim(ch, "h", at); err != nil {
		t.Errorf("the least of everything: %v", err)
	}
}

func expectParamError(t *testing.T, err error, key string, want error) {
	t.Helper()
	var p *srp.ParamError
	if !errors.As(err, &p) || p.Key != key || !errors.Is(err, want) {
		t.Fatalf("error = %v, want %s: %v", err, key, want)
	}
	if !strings.HasPrefix(err.Error(), "srp: "+key+": ") || strings.Count(err.Error(), "srp: ") != 1 {
		t.Errorf("error text = %q", err)
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("error text has the value: %q", err)
	}
	for _, other := range []error{
		srp.ErrEmpty, srp.ErrTooLong, srp.ErrNotHex, srp.ErrNotBase64,
		srp.ErrRange, srp.ErrZeroB, srp.ErrZeroU, srp.ErrPoolID, srp.ErrNoClient,
	} {
		if other != want && errors.Is(err, other) {
			t.Errorf("error %v is also %v", err, other)
		}
	}
}

// TestHostileSizes wants parameters to be refused by their length: reading
// through them would take hundreds of times as long.
func TestHostileSizes(t *testing.T) {
	huge := strings.Repeat("0", 100<<20)
	client, _, good := signIn(t, "Passw0rd!")
	for key, edit := range map[string]func(*srp.Challenge){
		"SALT":         func(ch *srp.Challenge) { ch.Salt = huge },
		"SRP_B":        func(ch *srp.Challenge) { ch.B = huge },
		"SECRET_BLOCK": func(ch *srp.Challenge) { ch.SecretBlock = huge },
	} {
		ch := good
		edit(&ch)
		fastest := time.Hour
		for range 5 {
			start := time.Now()
			_, _, err := client.Claim(ch, "Passw0rd!", at)
			fastest = min(fastest, time.Since(start))
			expectParamError(t, err, key, srp.ErrTooLong)
		}
		if fastest > 5*time.Millisecond {
			t.Errorf("%s of 100 MB is refused after %v", key, fastest)
		}
	}
}

func TestZeroClient(t *testing.T) {
	if secret := new(srp.Client).Secret(); secret != nil {
		t.Errorf("its secret has %d bytes", len(secret))
	}
	_, _, ch := signIn(t, "Passw0rd!")
	var c srp.Client
	if got := c.A(); got != "" {
		t.Errorf("A = %q", got)
	}
	signature, timestamp, err := c.Claim(ch, "Passw0rd!", at)
	if signature != "" || timestamp != "" || !errors.Is(err, srp.ErrNoClient) {
		t.Errorf("Claim = %q, %q, %v", signature, timestamp, err)
	}
}

// TestResume: who has the secret finishes what another Client began.
func TestResume(t *testing.T) {
	began, server, ch := signIn(t, "Passw0rd!")
	secret := began.Secret()
	if len(secret) != 32 {
		t.Fatalf("the secret has %d bytes", len(secret))
	}
	client, err := srp.Resume(secret)
	if err != nil {
		t.Fatal(err)
	}
	clear(secret) // neither Client may notice
	signature, timestamp, err := client.Claim(ch, "Passw0rd!", at)
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Verify(began.A(), ch, timestamp, signature); err != nil {
		t.Errorf("the right password: %v", err)
	}
	if !bytes.Equal(client.Secret(), began.Secret()) || client.A() != began.A() {
		t.Error("a Client changed with the copy of its secret")
	}

	for name, a := range map[string][]byte{"nil": nil, "short": make([]byte, 31), "long": bytes.Repeat([]byte{1}, 33), "zero": make([]byte, 32)} {
		var param *srp.ParamError
		if _, err := srp.Resume(a); !errors.As(err, &param) || param.Key != "a" || !errors.Is(err, srp.ErrSecret) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	client, server, ch := signIn(t, "Passw0rd!")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			signature, timestamp, err := client.Claim(ch, "Passw0rd!", at)
			if err != nil {
				t.Error(err)
				return
			}
			if err := server.Verify(client.A(), ch, timestamp, signature); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestTimestamp(t *testing.T) {
	west := time.FixedZone("west", -5*3600)
	for _, test := range []struct {
		at   time.Time
		want string
	}{
		{time.Date(2026, 11, 20, 13, 7, 9, 0, time.UTC), "Fri Nov 20 13:07:09 UTC 2026"},
		{time.Date(2026, 11, 20, 13, 0, 0, 0, time.UTC), "Fri Nov 20 13:00:00 UTC 2026"},
		{time.Date(2026, 11, 3, 0, 0, 0, 0, time.UTC), "Tue Nov 3 00:00:00 UTC 2026"},
		{time.Date(2026, 11, 9, 12, 0, 0, 0, time.UTC), "Mon Nov 9 12:00:00 UTC 2026"},
		{time.Date(2024, 2, 29, 0, 59, 59, 999999999, time.UTC), "Thu Feb 29 00:59:59 UTC 2024"},
		{time.Date(2028, 12, 31, 22, 30, 0, 0, west), "Mon Jan 1 03:30:00 UTC 2029"},
		{time.Date(2026, 7, 1, 1, 2, 3, 0, time.FixedZone("UTC", 3600)), "Wed Jul 1 00:02:03 UTC 2026"},
		{time.Date(2026, 5, 10, 0, 0, 0, 0, time.UTC), "Sun May 10 00:00:00 UTC 2026"},
		{time.Date(2026, 6, 6, 6, 6, 6, 0, time.UTC), "Sat Jun 6 06:06:06 UTC 2026"},
	} {
		if got := srp.Timestamp(test.at); got != test.want {
			t.Errorf("Timestamp(%v) = %q, want %q", test.at, got, test.want)
		}
	}
}

func TestPoolName(t *testing.T) {
	for _, test := range []struct{ id, want string }{
		{"eu-west-1_AbCdEfGhI", "AbCdEfGhI"},
		{"us-gov-west-1_0", "0"},
		{"", ""},
		{"_", ""},
		{"eu-west-1", ""},
		{"eu-west-1_", ""},
		{"_AbCdEfGhI", ""},
		{"eu-west-1_AbC_dEf", ""},
		{"eu-west-1__AbC", ""},
		{"eu-west-1_AbC_", ""},
	} {
		got, err := srp.PoolName(test.id)
		if got != test.want {
			t.Errorf("PoolName(%q) = %q, want %q", test.id, got, test.want)
		}
		if test.want == "" {
			expectParamError(t, err, "userPoolID", srp.ErrPoolID)
		} else if err != nil {
			t.Errorf("PoolName(%q): %v", test.id, err)
		}
	}
}

func TestNewDevice(t *testing.T) {
	const groupKey, deviceKey = "-v7w9UcY6", "eu-west-1_f256d086-cf06-28a1-55fc-1271336213f3"
	decode := func(s string) []byte {
		b, err := base64.StdEncoding.Strict().DecodeString(s)
		if err != nil {
			t.Errorf("not base64: %v", err)
		}
		return b
	}
	seen := make(map[string]bool)
	for range 10 {
		d, err := srp.NewDevice(groupKey, deviceKey)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(decode(d.Password())); got != 40 {
			t.Errorf("password of %d bytes", got)
		}
		salt, verifier := decode(d.Salt()), decode(d.Verifier())
		for name, b := range map[string][]byte{"salt": salt, "verifier": verifier} {
			// Two's complement: positive, and as short as can be.
			if b[0] >= 0x80 || b[0] == 0 && len(b) > 1 && b[1] < 0x80 {
				t.Errorf("%s begins with %x", name, b[:2])
			}
		}
		for _, s := range []string{d.Password(), d.Salt(), d.Verifier()} {
			if seen[s] {
				t.Error("two devices have something in common")
			}
			seen[s] = true
		}

		// The service keeps salt and verifier; the device, its password.
		server, err := srptest.NewServer(verifier)
		if err != nil {
			t.Fatal(err)
		}
		ch := srp.Challenge{
			Scope: groupKey, Identity: deviceKey,
			Salt: hex.EncodeToString(salt), B: server.B(), SecretBlock: "AQID",
		}
		client := srp.NewClient()
		signature, timestamp, err := client.Claim(ch, d.Password(), at)
		if err != nil {
			t.Fatal(err)
		}
		if err := server.Verify(client.A(), ch, timestamp, signature); err != nil {
			t.Error(err)
		}
	}
}

func TestNewDeviceErrors(t *testing.T) {
	d, err := srp.NewDevice("", "key")
	if d != nil {
		t.Error("a Device with an error")
	}
	expectParamError(t, err, "groupKey", srp.ErrEmpty)
	d, err = srp.NewDevice("group", "")
	if d != nil {
		t.Error("a Device with an error")
	}
	expectParamError(t, err, "deviceKey", srp.ErrEmpty)
}

func TestZeroDevice(t *testing.T) {
	var d srp.Device
	if d.Password() != "" || d.Salt() != "" || d.Verifier() != "" {
		t.Error("the zero Device is not empty")
	}
}

func TestFixedClientKeepsNoAlias(t *testing.T) {
	a := bytes.Repeat([]byte{7}, 32)
	client := srptest.NewClient(t, a)
	_, _, ch := signIn(t, "Passw0rd!")
	want, _, _ := client.Claim(ch, "Passw0rd!", at)
	clear(a)
	if got, _, _ := client.Claim(ch, "Passw0rd!", at); got != want {
		t.Error("the caller's slice is the client's secret")
	}
}
