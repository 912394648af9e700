package challengetest_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"math/big"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
	"github.com/cognito-go/cognitoauth/srp"
)

var srpParams = []string{"SALT", "SECRET_BLOCK", "SRP_B", "USERNAME", "USER_ID_FOR_SRP"}

func TestSRP(t *testing.T) {
	now := newClock()
	p := newPool(t, challengetest.Config{Users: alice(), Now: now.now})

	asked := srpStart(t, p, "alice")
	asked.asks("PASSWORD_VERIFIER", srpParams...)
	for name, pattern := range map[string]string{
		"SALT": "^[0-9a-f]{32}$", "SRP_B": "^[0-9a-f]{768}$", "USERNAME": "^alice$", "USER_ID_FOR_SRP": "^alice$",
	} {
		if !regexp.MustCompile(pattern).MatchString(asked.param(name)) {
			t.Errorf("%s is %q", name, asked.param(name))
		}
	}
	if block, err := base64.StdEncoding.DecodeString(asked.param("SECRET_BLOCK")); err != nil || len(block) < 1000 || len(block) > 2000 {
		t.Errorf("SECRET_BLOCK of %d bytes: %v", len(block), err)
	}
	if again := srpStart(t, p, "alice"); again.param("SALT") != asked.param("SALT") ||
		again.param("SRP_B") == asked.param("SRP_B") || again.param("SECRET_BLOCK") == asked.param("SECRET_BLOCK") {
		t.Error("a second challenge must have the same salt and all else new")
	}

	answer := srpAnswer(t, p, asked, right, now.t)
	answer().tokens()
	answer().fails(notAuthorized, badCredentials) // one use

	srpSignIn(t, p, "alice", wrong, now.t).fails(notAuthorized, badCredentials)

	// A refused proof spends the SECRET_BLOCK too.
	asked = srpStart(t, p, "alice")
	srpAnswer(t, p, asked, wrong, now.t)().fails(notAuthorized, badCredentials)
	srpAnswer(t, p, asked, right, now.t)().fails(notAuthorized, badCredentials)

	// It expires like a session.
	asked = srpStart(t, p, "alice")
	now.advance(challengetest.DefaultAuthSessionValidity)
	srpAnswer(t, p, asked, right, now.t)().fails(notAuthorized, badCredentials)

	// Both APIs, in any order.
	client := srp.NewClient()
	asked = srpConversation{client, call(t, p, "AdminInitiateAuth", object{
		"AuthFlow": "USER_SRP_AUTH", "AuthParameters": texts{"USERNAME": "alice", "SRP_A": client.A()},
	})}
	srpAnswer(t, p, asked, right, now.t)().tokens()
	call(t, p, "InitiateAuth", object{"AuthFlow": "USER_SRP_AUTH", "AuthParameters": texts{"USERNAME": "alice"}}).
		fails(invalidParameter, "Missing required parameter SRP_A")
}

func TestSRPAnswersThatAreRefused(t *testing.T) {
	now := newClock() // Thursday, 4 March
	p := newPool(t, challengetest.Config{
		Clients: []challengetest.AppClient{{ID: "client"}, {ID: "other"}},
		Users:   append(alice(), challengetest.User{Username: "bob", Password: challenge.NewSecret(right)}),
		Now:     now.now,
	})
	flip := func(base64Text string) string {
		b, err := base64.StdEncoding.DecodeString(base64Text)
		if err != nil {
			t.Fatal(err)
		}
		b[len(b)-1] ^= 1
		return base64.StdEncoding.EncodeToString(b)
	}
	set := func(key string, change func(string) string) func(texts) {
		return func(responses texts) { responses[key] = change(responses[key]) }
	}
	to := func(value string) func(string) string { return func(string) string { return value } }
	replace := func(old, new string) func(string) string {
		return func(s string) string {
			if !strings.Contains(s, old) {
				t.Fatalf("no %q in %q", old, s)
			}
			return strings.Replace(s, old, new, 1)
		}
	}
	for _, test := range []struct {
		name string
		edit func(texts)
		want string // NotAuthorizedException unless it says what is missing; "" is a success
	}{
		{"as it should be", func(texts) {}, ""},
		{"extra key", set("SRP_A", to("2")), ""},
		{"signature", set("PASSWORD_CLAIM_SIGNATURE", flip), badCredentials},
		{"signature no base64", set("PASSWORD_CLAIM_SIGNATURE", to("!")), badCredentials},
		{"signature empty", set("PASSWORD_CLAIM_SIGNATURE", to("")), "Missing required parameter PASSWORD_CLAIM_SIGNATURE"},
		{"secret block", set("PASSWORD_CLAIM_SECRET_BLOCK", flip), badCredentials},
		{"secret block empty", set("PASSWORD_CLAIM_SECRET_BLOCK", to("")), "Missing required parameter PASSWORD_CLAIM_SECRET_BLOCK"},
		{"timestamp empty", set("TIMESTAMP", to("")), "Missing required parameter TIMESTAMP"},
		{"day padded with zero", set("TIMESTAMP", replace("Mar 4", "Mar 04")), ""}, // signed without: see below
		{"another second", set("TIMESTAMP", replace(":07 ", ":08 ")), badCredentials},
		{"RFC 3339", set("TIMESTAMP", to("2027-03-04T05:06:07Z")), badCredentials},
		{"another user", set("USERNAME", to("bob")), badCredentials},
		{"nobody", set("USERNAME", to("carol")), badCredentials},
	} {
		t.Run(test.name, func(t *testing.T) {
			asked := srpStart(t, p, "alice")
			r := srpAnswer(t, p, asked, right, now.t, test.edit)()
			switch {
			case test.want == "":
				r.tokens()
			case test.want == badCredentials:
				r.fails(notAuthorized, badCredentials)
			default:
				r.fails(invalidParameter, test.want)
				srpAnswer(t, p, asked, right, now.t)().tokens() // nothing was judged
			}
		})
	}

	t.Run("another app client", func(t *testing.T) {
		asked := srpStart(t, p, "alice")
		r := asked.answer(p, texts{
			"USERNAME": "alice", "PASSWORD_CLAIM_SECRET_BLOCK": asked.param("SECRET_BLOCK"), "PASSWORD_CLAIM_SIGNATURE": "x", "TIMESTAMP": "x",
		}, func(body object) { body["ClientId"] = "other" })
		r.fails(notAuthorized, badCredentials)
		srpAnswer(t, p, asked, right, now.t)().tokens()
	})
	t.Run("with a Session", func(t *testing.T) {
		asked := srpStart(t, p, "alice")
		asked.answer(p, texts{"USERNAME": "alice"}, func(body object) { body["Session"] = strings.Repeat("x", 40) }).
			fails(notAuthorized, invalidSession)
	})
	t.Run("clock", func(t *testing.T) {
		for offset, ok := range map[time.Duration]bool{
			0:                                 true,
			challengetest.TimestampTolerance:  true,
			-challengetest.TimestampTolerance: true,
			challengetest.TimestampTolerance + time.Second:  false,
			-challengetest.TimestampTolerance - time.Second: false,
			365 * 24 * time.Hour:                            false,
		} {
			if r := srpSignIn(t, p, "alice", right, now.t.Add(offset)); ok {
				r.tokens()
			} else {
				r.fails(notAuthorized, badCredentials)
			}
		}
	})
	t.Run("A", func(t *testing.T) {
		now.advance(15 * time.Minute) // lest all that was refused locks her out
		// Not refused at once (captured); no proof fits.
		for _, a := range []string{"0", "2", "xyz", strings.Repeat("f", 768), strings.Repeat("f", 10_000)} {
			r := call(t, p, "InitiateAuth", object{"AuthFlow": "USER_SRP_AUTH", "AuthParameters": texts{"USERNAME": "alice", "SRP_A": a}})
			r.asks("PASSWORD_VERIFIER", srpParams...)
			r.answer(p, texts{
				"USERNAME": "alice", "PASSWORD_CLAIM_SECRET_BLOCK": r.param("SECRET_BLOCK"), "TIMESTAMP": srp.Timestamp(now.t),
				"PASSWORD_CLAIM_SIGNATURE": base64.StdEncoding.EncodeToString(make([]byte, 32)),
			}).fails(notAuthorized, badCredentials)
		}
	})
}

// TestTextbookClient signs in with SRP written down once more, from the
// protocol's description and with math/big: the pool is not checked against
// the library's own arithmetic alone. It signs times as the service does not
// write them, which package srp can't.
func TestTextbookClient(t *testing.T) {
	now := newClock() // Thursday, 4 March 2027
	p := newPool(t, challengetest.Config{Users: alice(), Now: now.now})
	const group = "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD" +
		"EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED" +
		"EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F" +
		"83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B" +
		"E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510" +
		"15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7" +
		"ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C" +
		"BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF"
	number := func(hex string) *big.Int {
		n, ok := new(big.Int).SetString(hex, 16)
		if !ok {
			t.Fatalf("no hex: %q", hex)
		}
		return n
	}
	pad := func(n *big.Int) []byte { // minimal, with a zero byte before a set top bit
		b := n.Bytes()
		if b[0] >= 0x80 {
			b = append([]byte{0}, b...)
		}
		return b
	}
	digest := func(parts ...[]byte) *big.Int {
		sum := sha256.Sum256(bytes.Join(parts, nil))
		return new(big.Int).SetBytes(sum[:])
	}
	mac := func(key []byte, parts ...[]byte) []byte {
		h := hmac.New(sha256.New, key)
		h.Write(bytes.Join(parts, nil))
		return h.Sum(nil)
	}
	N, g := number(group), big.NewInt(2)
	k := digest(pad(N), pad(g))
	for _, test := range []struct {
		timestamp string
		ok        bool
	}{
		{"Thu Mar 4 05:06:07 UTC 2027", true},
		{"Thu Mar 04 05:06:07 UTC 2027", false},
		{"Thu Mar  4 05:06:07 UTC 2027", false},
		{"Fri Mar 4 05:06:07 UTC 2027", false},
		{"Thu Mar 4 05:06:07 GMT 2027", false},
	} {
		a, err := rand.Int(rand.Reader, N)
		if err != nil {
			t.Fatal(err)
		}
		A := new(big.Int).Exp(g, a, N)
		r := call(t, p, "InitiateAuth", object{"AuthFlow": "USER_SRP_AUTH", "AuthParameters": texts{"USERNAME": "alice", "SRP_A": A.Text(16)}})
		B := number(r.param("SRP_B"))
		u := digest(pad(A), pad(B))
		identity := sha256.Sum256([]byte("Test00001" + "alice" + ":" + right))
		x := digest(pad(number(r.param("SALT"))), identity[:])
		S := new(big.Int).Exp(g, x, N)
		S.Sub(B, S.Mul(S, k))
		S.Exp(S.Mod(S, N), new(big.Int).Add(a, new(big.Int).Mul(u, x)), N)
		block, err := base64.StdEncoding.DecodeString(r.param("SECRET_BLOCK"))
		if err != nil {
			t.Fatal(err)
		}
		key := mac(mac(pad(u), pad(S)), []byte("Caldera Derived Key\x01"))[:16]
		signature := mac(key, []byte("Test00001"), []byte("alice"), block, []byte(test.timestamp))
		end := r.answer(p, texts{
			"USERNAME": "alice", "PASSWORD_CLAIM_SECRET_BLOCK": r.param("SECRET_BLOCK"),
			"PASSWORD_CLAIM_SIGNATURE": base64.StdEncoding.EncodeToString(signature), "TIMESTAMP": test.timestamp,
		})
		if test.ok {
			end.tokens()
		} else {
			end.fails(notAuthorized, badCredentials)
		}
	}
}

func TestUnknownUsers(t *testing.T) {
	p := newPool(t, challengetest.Config{
		Clients: []challengetest.AppClient{
			{ID: "client", AuthFlows: allFlows, PreventUserExistenceErrors: types.PreventUserExistenceErrorTypesEnabled},
			{ID: "also", AuthFlows: allFlows, PreventUserExistenceErrors: types.PreventUserExistenceErrorTypesEnabled},
			{ID: "legacy", AuthFlows: allFlows, PreventUserExistenceErrors: types.PreventUserExistenceErrorTypesLegacy},
		},
		Users: alice(),
	})
	signIn(t, p, "bob", right).fails(notAuthorized, badCredentials)

	bob := srpStart(t, p, "bob")
	bob.asks("PASSWORD_VERIFIER", srpParams...)
	known := srpStart(t, p, "alice")
	for _, name := range srpParams {
		if name[0] == 'U' {
			if bob.param(name) != "bob" {
				t.Errorf("%s is %q", name, bob.param(name))
			}
		} else if len(bob.param(name)) != len(known.param(name)) {
			t.Errorf("%s tells the unknown user by its length", name)
		}
	}
	srpAnswer(t, p, bob, right, time.Now())().fails(notAuthorized, badCredentials)

	// The salt is stable, across app clients, and each name has its own.
	also := call(t, p, "InitiateAuth", object{
		"ClientId": "also", "AuthFlow": "USER_SRP_AUTH", "AuthParameters": texts{"USERNAME": "bob", "SRP_A": "2"},
	})
	if also.param("SALT") != bob.param("SALT") || also.param("SRP_B") == bob.param("SRP_B") {
		t.Error("the salt of an unknown user isn't stable")
	}
	if srpStart(t, p, "carol").param("SALT") == bob.param("SALT") {
		t.Error("two unknown users have one salt")
	}
	call(t, p, "InitiateAuth", object{
		"ClientId": "legacy", "AuthFlow": "USER_SRP_AUTH", "AuthParameters": texts{"USERNAME": "bob", "SRP_A": "2"},
	}).fails("UserNotFoundException", "User does not exist.")
}

func TestAliases(t *testing.T) {
	factor := []types.ChallengeNameType{types.ChallengeNameTypeSmsMfa}
	for _, test := range []struct {
		name         string
		config       challengetest.Config
		alias        string // to sign in by
		user         string // USER_ID_FOR_SRP
		unknown      []string
		wantUsername string
	}{
		{
			name: "aliases",
			config: challengetest.Config{
				AliasAttributes: []types.AliasAttributeType{types.AliasAttributeTypeEmail, types.AliasAttributeTypePhoneNumber, types.AliasAttributeTypePreferredUsername},
				Users: []challengetest.User{{
					Username: "alice", Password: challenge.NewSecret(right), MFA: factor,
					Attributes: texts{"email": "a@example.com", "email_verified": "true", "phone_number": "+15550100", "preferred_username": "ally"},
				}},
			},
			alias: "a@example.com", user: "alice",
			unknown: []string{"+15550100"}, // not verified
		},
		{
			name: "user name is an address",
			config: challengetest.Config{
				UsernameAttributes: []types.UsernameAttributeType{types.UsernameAttributeTypeEmail},
				Users: []challengetest.User{{
					Username: "a@example.com", Password: challenge.NewSecret(right), MFA: factor, Sub: "5478e488-a0b1-70ee-1111-222233334444",
					Attributes: texts{"phone_number": "+15550100"},
				}},
			},
			alias: "a@example.com", user: "5478e488-a0b1-70ee-1111-222233334444",
			unknown: []string{"+15550100"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := newPool(t, test.config)
			for _, name := range test.unknown {
				signIn(t, p, name, right).fails("UserNotFoundException", "User does not exist.")
			}
			for _, typed := range []string{test.alias, test.user} {
				asked := srpStart(t, p, typed)
				asked.asks("PASSWORD_VERIFIER", srpParams...)
				if asked.param("USER_ID_FOR_SRP") != test.user || asked.param("USERNAME") != test.user {
					t.Fatalf("got %q and %q", asked.param("USER_ID_FOR_SRP"), asked.param("USERNAME"))
				}
				for _, answered := range []string{test.alias, test.user} {
					r := srpSignIn(t, p, typed, right, time.Now(), func(responses texts) { responses["USERNAME"] = answered })
					r.asks("SMS_MFA", "CODE_DELIVERY_DELIVERY_MEDIUM", "CODE_DELIVERY_DESTINATION") // no USER_ID_FOR_SRP
					if m := last(t, p); m.Username != test.user {
						t.Errorf("message to %q", m.Username)
					}
					result := r.answer(p, texts{"USERNAME": answered, "SMS_MFA_CODE": last(t, p).Code.Reveal()}).tokens()
					if got := claims(t, p, result["AccessToken"])["username"]; got != test.user {
						t.Errorf("token of %q", got)
					}
				}
			}
			r := signIn(t, p, test.alias, right)
			r.asks("SMS_MFA", "CODE_DELIVERY_DELIVERY_MEDIUM", "CODE_DELIVERY_DESTINATION", "USER_ID_FOR_SRP")
			if r.param("USER_ID_FOR_SRP") != test.user {
				t.Errorf("USER_ID_FOR_SRP %q", r.param("USER_ID_FOR_SRP"))
			}
		})
	}
}
