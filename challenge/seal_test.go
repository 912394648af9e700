package challenge_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cognito-go/cognitoauth/challenge"
)

var (
	sealKey  = secret(base64.StdEncoding.EncodeToString([]byte("0123456789abcdefghk3ylmnopqrstuv")))
	otherKey = secret(base64.StdEncoding.EncodeToString([]byte("another key of thirty-two bytes!")))
	sealTime = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
)

func newSealer(t testing.TB, change ...func(*challenge.SealerConfig)) *challenge.Sealer {
	t.Helper()
	c := challenge.SealerConfig{
		UserPoolID: "eu-west-1_AbCdEfGhI", ClientID: "demo",
		Keys: []challenge.Secret{sealKey},
		Now:  func() time.Time { return sealTime },
	}
	for _, fn := range change {
		fn(&c)
	}
	s, err := challenge.NewSealer(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// sms is a challenge with a session as long as the service's.
func sms() *challenge.SMSMFA {
	return &challenge.SMSMFA{Issued: challenge.Issued{
		Username: "alice", Session: secret(strings.Repeat("s", 1600)),
		Parameters: challenge.NewParams(map[string]string{"CODE_DELIVERY_DELIVERY_MEDIUM": "SMS", "CODE_DELIVERY_DESTINATION": "+*******9088"}),
	}, Delivery: challenge.Delivery{Medium: "SMS", Destination: "+*******9088"}}
}

func seal(t *testing.T, s *challenge.Sealer) string {
	t.Helper()
	text, err := s.Seal(sms(), "sign-in 7")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestSealer(t *testing.T) {
	text := seal(t, newSealer(t))
	if len(text) > 4096-200 {
		t.Errorf("the text has %d characters, too many for a cookie with its name and attributes", len(text))
	}
	if text == seal(t, newSealer(t)) {
		t.Error("the same challenge gives the same text twice")
	}
	if strings.Contains(text, base64.RawURLEncoding.EncodeToString([]byte("ssssss"))) {
		t.Error("the session can be read")
	}
	got, err := newSealer(t).Open(text, "sign-in 7")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(challenge.Challenge(sms()), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestValidity: AuthSessionValidity has 15 minutes at the most, and so has a
// sealed challenge.
func TestValidity(t *testing.T) {
	longest := newSealer(t, func(c *challenge.SealerConfig) { c.Validity = 15 * time.Minute })
	text := seal(t, longest)
	for age, open := range map[time.Duration]bool{15*time.Minute - time.Second: true, 15 * time.Minute: false} {
		later := newSealer(t, func(c *challenge.SealerConfig) { c.Now = func() time.Time { return sealTime.Add(age) } })
		if _, err := later.Open(text, "sign-in 7"); (err == nil) != open {
			t.Errorf("after %v: %v", age, err)
		}
	}
	for _, validity := range []time.Duration{-1, 15*time.Minute + 1} {
		_, err := challenge.NewSealer(challenge.SealerConfig{UserPoolID: "a_b", ClientID: "c", Keys: []challenge.Secret{sealKey}, Validity: validity})
		if e := challenge.InvalidErrors(err); len(e) != 1 || e[0].Field != "Validity" {
			t.Errorf("%v: %v", validity, err)
		}
	}
}

func TestSealerRefuses(t *testing.T) {
	type config = *challenge.SealerConfig
	text := seal(t, newSealer(t))
	later := func(d time.Duration) func(config) {
		return func(c config) { c.Now = func() time.Time { return sealTime.Add(d) } }
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	flipped := func(i int) string {
		b := append([]byte(nil), raw...)
		b[i] ^= 1
		return base64.RawURLEncoding.EncodeToString(b)
	}
	secretText := newSealer(t).SealSecret(secret(`{"v":1,"challenge":"SMS_MFA"}`), "sign-in 7", time.Hour)

	var texts []string
	for name, tt := range map[string]struct {
		sealer  *challenge.Sealer
		text    string
		purpose string
		problem string
	}{
		"expired":         {newSealer(t, later(3*time.Minute)), text, "sign-in 7", "expired"},
		"long expired":    {newSealer(t, later(300*time.Hour)), text, "sign-in 7", "expired"},
		"foreign key":     {newSealer(t, func(c config) { c.Keys = []challenge.Secret{otherKey} }), text, "sign-in 7", "unknown key"},
		"foreign pool":    {newSealer(t, func(c config) { c.UserPoolID = "eu-west-1_Another" }), text, "sign-in 7", "another pool"},
		"foreign client":  {newSealer(t, func(c config) { c.ClientID = "another" }), text, "sign-in 7", "app client"},
		"other purpose":   {newSealer(t), text, "sign-in 8", "purpose"},
		"no purpose":      {newSealer(t), text, "", "purpose"},
		"a sealed secret": {newSealer(t), secretText, "sign-in 7", "purpose"},
		"version":         {newSealer(t), flipped(0), "sign-in 7", "version"},
		"key id":          {newSealer(t), flipped(1), "sign-in 7", "unknown key"},
		"nonce":           {newSealer(t), flipped(5), "sign-in 7", "changed"},
		"ciphertext":      {newSealer(t), flipped(100), "sign-in 7", "changed"},
		"tag":             {newSealer(t), flipped(len(raw) - 1), "sign-in 7", "changed"},
		"truncated":       {newSealer(t), text[:len(text)-4], "sign-in 7", "changed|no sealed text"},
		"to the header":   {newSealer(t), text[:8], "sign-in 7", "changed"},
		"to nothing":      {newSealer(t), "", "sign-in 7", "no sealed text"},
		"no base64":       {newSealer(t), "!" + text[1:], "sign-in 7", "no sealed text"},
		"a new line":      {newSealer(t), text[:10] + "\n" + text[10:], "sign-in 7", "no sealed text"},
		"huge":            {newSealer(t), strings.Repeat("A", 2<<20), "sign-in 7", "too long"},
	} {
		got, err := tt.sealer.Open(tt.text, tt.purpose)
		var sealed *challenge.SealError
		if got != nil || !errors.As(err, &sealed) {
			t.Errorf("%s: got %v, %v, expected a *SealError", name, got, err)
			continue
		}
		found := false
		for problem := range strings.SplitSeq(tt.problem, "|") {
			found = found || strings.Contains(sealed.Problem, problem)
		}
		if !found {
			t.Errorf("%s: the problem is %q, expected %q in it", name, sealed.Problem, tt.problem)
		}
		texts = append(texts, err.Error())
	}
	for _, text := range texts {
		if text != texts[0] {
			t.Errorf("the errors differ: %q, %q", text, texts[0])
		}
	}
	if _, err := newSealer(t, later(3*time.Minute-time.Second)).Open(text, "sign-in 7"); err != nil {
		t.Errorf("a second before it expires: %v", err)
	}
}

// TestKeyRotation goes through the steps that SealerConfig.Keys describes, with
// replicas that take each step at different times.
func TestKeyRotation(t *testing.T) {
	keys := func(keys ...challenge.Secret) *challenge.Sealer {
		return newSealer(t, func(c *challenge.SealerConfig) { c.Keys = keys })
	}
	steps := []*challenge.Sealer{keys(sealKey), keys(sealKey, otherKey), keys(otherKey, sealKey), keys(otherKey)}
	for i := range steps {
		for _, j := range []int{i - 1, i, i + 1} {
			if j < 0 || j >= len(steps) {
				continue
			}
			if _, err := steps[j].Open(seal(t, steps[i]), "sign-in 7"); err != nil {
				t.Errorf("sealed at step %d, opened at step %d: %v", i, j, err)
			}
		}
	}
}

// TestGoldenSeal opens what an earlier release sealed.
func TestGoldenSeal(t *testing.T) {
	file := filepath.Join("testdata", "seal", "v1.txt")
	if *update {
		if err := os.WriteFile(file, []byte(seal(t, newSealer(t))+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got, err := newSealer(t).Open(strings.TrimSpace(string(text)), "sign-in 7")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(challenge.Challenge(sms()), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestSealedLengths: what is wrong with a text of a length at which something
// ends.
func TestSealedLengths(t *testing.T) {
	header := append([]byte{1}, "none"...)
	longest := base64.RawURLEncoding.EncodedLen(1 + 4 + 12 + 8 + 1<<20 + 16)
	for text, problem := range map[string]string{
		strings.Repeat("A", longest):                          "version 0",
		strings.Repeat("A", longest+1):                        "too long",
		base64.RawURLEncoding.EncodeToString(header[:4]):      "no sealed text",
		base64.RawURLEncoding.EncodeToString(header):          "unknown key",
		base64.RawURLEncoding.EncodeToString(header) + "\n":   "no sealed text",
		base64.RawURLEncoding.EncodeToString(nil):             "no sealed text",
		base64.RawURLEncoding.EncodeToString([]byte{2, 0}):    "no sealed text",
		base64.RawURLEncoding.EncodeToString(make([]byte, 5)): "version 0",
	} {
		var sealed *challenge.SealError
		if _, err := newSealer(t).Open(text, "p"); !errors.As(err, &sealed) || !strings.Contains(sealed.Problem, problem) {
			t.Errorf("a text of %d characters: got %+v, expected %q", len(text), sealed, problem)
		}
	}
}

// TestWhatIsStoredIsRead: a challenge is refused while it can still be answered
// otherwise, and not in the next request.
func TestWhatIsStoredIsRead(t *testing.T) {
	s := newSealer(t)
	// riddles returns a challenge with eight parameters, the last of n characters.
	riddles := func(n int) challenge.Challenge {
		params := map[string]string{"last": strings.Repeat("?", n)}
		for i := range 7 {
			params[fmt.Sprint("riddle", i)] = strings.Repeat("?", 131072)
		}
		step, err := challenge.ReadReply(&challenge.Reply{Challenge: "CUSTOM_CHALLENGE", Parameters: challenge.NewParams(params)}, challenge.Issued{})
		if err != nil {
			t.Fatal(err)
		}
		return step.(challenge.Challenge)
	}
	data, err := challenge.Marshal(riddles(0))
	if err != nil {
		t.Fatal(err)
	}
	most := 1<<20 - len(data)
	text, err := s.Seal(riddles(most), "p")
	if err != nil {
		t.Fatal(err)
	}
	if opened, err := s.Open(text, "p"); err != nil || len(challenge.IssuedOf(opened).Parameters.Get("last")) != most {
		t.Error(err)
	}
	if _, err := s.Seal(riddles(most+1), "p"); len(challenge.InvalidErrors(err)) != 1 {
		t.Errorf("one character more: %v", err)
	}
}

func TestSealSecret(t *testing.T) {
	s := newSealer(t)
	text := s.SealSecret(secret("a device"), "device", 24*time.Hour)
	got, err := s.OpenSecret(text, "device")
	if err != nil || got.Reveal() != "a device" {
		t.Errorf("got %q, %v", got.Reveal(), err)
	}
	if got, err := s.OpenSecret(s.SealSecret(challenge.Secret{}, "device", time.Hour), "device"); err != nil || !got.IsZero() {
		t.Errorf("an empty text: got %q, %v", got.Reveal(), err)
	}
	var sealed *challenge.SealError
	if _, err := s.OpenSecret(text, "sign-in 7"); !errors.As(err, &sealed) {
		t.Errorf("another purpose: %v", err)
	}
	if _, err := s.OpenSecret(seal(t, s), "sign-in 7"); !errors.As(err, &sealed) {
		t.Errorf("a sealed challenge: %v", err)
	}
	if _, err := s.Seal(&challenge.Unknown{}, ""); !ours(err) {
		t.Errorf("an unknown challenge: %v", err)
	}
}

func TestSealerConfigIsChecked(t *testing.T) {
	_, err := challenge.NewSealer(challenge.SealerConfig{
		UserPoolID: "x", Validity: 16 * time.Minute,
		Keys: []challenge.Secret{secret("c2hvcnQ="), sealKey, secret("no base64")},
	})
	var fields []string
	for _, e := range joined(err) {
		fields = append(fields, e.(*challenge.InvalidError).Field)
	}
	if diff := cmp.Diff([]string{"UserPoolID", "ClientID", "Validity", "Keys[0]", "Keys[2]"}, fields); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	if strings.Contains(fmt.Sprint(err), "c2hvcnQ=") {
		t.Error("the error holds a key")
	}
	_, err = challenge.NewSealer(challenge.SealerConfig{UserPoolID: "eu-west-1_A", ClientID: "c"})
	if err == nil || !strings.Contains(err.Error(), "Keys") {
		t.Errorf("no keys: got %v", err)
	}
}

// FuzzOpen: nobody without a key makes a text that opens.
func FuzzOpen(f *testing.F) {
	s := newSealer(f)
	golden, err := os.ReadFile(filepath.Join("testdata", "seal", "v1.txt"))
	if err != nil {
		f.Fatal(err)
	}
	const purpose = "sign-in 7"
	text := strings.TrimSpace(string(golden))
	f.Add(text, purpose)
	f.Add(text[:20], purpose)
	f.Add("", "")
	f.Fuzz(func(t *testing.T, sealed, forPurpose string) {
		ch, err := s.Open(sealed, forPurpose)
		if sealed == text && forPurpose == purpose {
			if err != nil {
				t.Fatal(err)
			}
			return
		}
		var e *challenge.SealError
		if ch != nil || !errors.As(err, &e) {
			t.Fatalf("got %v, %v", ch, err)
		}
	})
}
