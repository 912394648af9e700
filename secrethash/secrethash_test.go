package secrethash_test

import (
	"testing"

	"github.com/cognito-go/cognitoauth/secrethash"
)

// The answers were computed with OpenSSL:
//
//	printf USERNAMECLIENTID | openssl dgst -sha256 -hmac SECRET -binary | base64
func TestCompute(t *testing.T) {
	for _, tt := range []struct{ secret, username, clientID, want string }{
		{"secret", "alice", "demo", "+OoUSJhUalr3YVUy5rADZBmsbE3pwNFXUKNCe34IQxs="},
		{"9eqb5k0qk3f8d2l7b1ot5s4v6n3m2c1x", "jürgen@example.com", "1h57kf5cpq17m0eml12EXAMPLE", "7a3NTUoRtO0TzaaRIVg2tiC+n5Aj7tFoirztiU3bGDc="},
		{"k", "", "3example23readonly", "CfvSxLHXz63vycPVxUuA3ni2pi91ZbmhngICWhz4Tk8="},
	} {
		if got := secrethash.Compute(tt.secret, tt.username, tt.clientID); got != tt.want {
			t.Errorf("Compute(%q, %q, %q) = %q, expected %q", tt.secret, tt.username, tt.clientID, got, tt.want)
		}
	}
}

// TestEveryInputCounts: a hash over an alias, or for another client, is
// another hash.
func TestEveryInputCounts(t *testing.T) {
	base := secrethash.Compute("secret", "alice", "demo")
	for name, other := range map[string]string{
		"secret":   secrethash.Compute("Secret", "alice", "demo"),
		"username": secrethash.Compute("secret", "alice@example.com", "demo"),
		"client":   secrethash.Compute("secret", "alice", "demo2"),
	} {
		if other == base {
			t.Errorf("another %s gives the same hash", name)
		}
	}
}
