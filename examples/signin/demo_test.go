package main

import (
	"regexp"
	"strings"
	"testing"
)

func TestDemo(t *testing.T) {
	t.Parallel()
	r := sign(t, nil, nil)
	r.check(t, 0)
	if r.stderr != "" {
		t.Errorf("got standard error %q, want none", r.stderr)
	}
	if !strings.HasPrefix(last(r.stdout), "signed in as alice") {
		t.Errorf("got last line %q, want it to begin with %q", last(r.stdout), "signed in as alice")
	}
	steps := regexp.MustCompile(`(?m)^([A-Z_]+) +.+ -> .+$`).FindAllStringSubmatch(r.stdout, -1)
	var names []string
	for _, step := range steps {
		names = append(names, step[1])
	}
	if got, want := strings.Join(names, " "), "USER_SRP_AUTH PASSWORD_VERIFIER NEW_PASSWORD_REQUIRED MFA_SETUP"; got != want {
		t.Errorf("got a line for each of %s, want %s", got, want)
	}
	for _, part := range []string{"SRP_A=***", "PASSWORD_CLAIM_SIGNATURE=***", "NEW_PASSWORD=***", `userAttributes.name="Alice Liddell"`} {
		if !strings.Contains(r.stdout, part) {
			t.Errorf("%s is not shown", part)
		}
	}
	if !regexp.MustCompile(`(?m)^█{40,}\n█{40,}\n█{4} ▄▄▄▄▄ █`).MatchString(r.stdout) {
		t.Error("no QR code is shown")
	}
	// Passwords, codes, proofs and keys are long words of letters and digits.
	if secret := regexp.MustCompile(`[0-9A-Za-z+/]{24,}|\b[0-9]{6}\b`).FindString(r.stdout); secret != "" {
		t.Errorf("%q looks like a secret", secret)
	}
}
