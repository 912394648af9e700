package challengetest_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// claims verifies a token as any backend would, with the JWKS and nothing
// else, and returns its claims.
func claims(t testing.TB, p *challengetest.Pool, token any) object {
	t.Helper()
	text, _ := token.(string)
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		t.Fatalf("a token of %d parts", len(parts))
	}
	decode := func(part string) []byte {
		b, err := base64.RawURLEncoding.DecodeString(part)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	var header, body object
	if err := json.Unmarshal(decode(parts[0]), &header); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(decode(parts[1]), &body); err != nil {
		t.Fatal(err)
	}
	var set struct{ Keys []map[string]string }
	if err := json.Unmarshal(p.JWKS(), &set); err != nil {
		t.Fatal(err)
	}
	if len(header) != 2 || header["alg"] != "RS256" || len(set.Keys) != 2 {
		t.Fatalf("header %v, %d keys", header, len(set.Keys))
	}
	// One key is for ID tokens, the other for access tokens.
	key := set.Keys[map[any]int{"id": 0, "access": 1}[body["token_use"]]]
	if key["kid"] != header["kid"] {
		t.Fatalf("signed by key %v", header["kid"])
	}
	public := rsa.PublicKey{N: new(big.Int).SetBytes(decode(key["n"])), E: int(new(big.Int).SetBytes(decode(key["e"])).Int64())}
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err := rsa.VerifyPKCS1v15(&public, crypto.SHA256, digest[:], decode(parts[2])); err != nil {
		t.Fatal(err)
	}
	return body
}

func TestJWKS(t *testing.T) {
	p := newPool(t, challengetest.Config{UserPoolID: "us-east-1_AbC123"})
	r := send(t, p, httptest.NewRequest("GET", "/us-east-1_AbC123/.well-known/jwks.json", nil))
	if r.status != 200 {
		t.Fatalf("status %d", r.status)
	}
	var want object
	if err := json.Unmarshal(p.JWKS(), &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, r.body); diff != "" {
		t.Errorf("(-JWKS +served):\n%s", diff)
	}
	for _, k := range r.body["keys"].([]any) {
		key := k.(object)
		if diff := cmp.Diff([]string{"alg", "e", "kid", "kty", "n", "use"}, slices.Sorted(maps.Keys(key))); diff != "" {
			t.Errorf("members (-want +got):\n%s", diff)
		}
		if key["alg"] != "RS256" || key["e"] != "AQAB" || key["kty"] != "RSA" || key["use"] != "sig" {
			t.Errorf("key %v", key)
		}
		if kid, err := base64.StdEncoding.DecodeString(key["kid"].(string)); err != nil || len(kid) != 32 {
			t.Errorf("kid %v", key["kid"])
		}
	}
	if got, want := p.Issuer(), "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC123"; got != want {
		t.Errorf("issuer %s, want %s", got, want)
	}
}

func TestTokens(t *testing.T) {
	now := newClock()
	p := newPool(t, challengetest.Config{
		Clients: []challengetest.AppClient{{ID: "client", AuthFlows: allFlows}, {ID: "other", AuthFlows: allFlows}},
		Users: alice(func(u *challengetest.User) {
			u.Attributes = texts{"email": "a@example.com", "email_verified": "true", "phone_number": "+15550100", "phone_number_verified": "false", "iss": "me"}
		}),
		Now: now.now,
	})
	signedIn := now.t
	r := signIn(t, p, "alice", right)
	result := r.tokens()
	access, id := claims(t, p, result["AccessToken"]), claims(t, p, result["IdToken"])
	check := func(access, id object, at time.Time) {
		t.Helper()
		common := object{
			"iss": p.Issuer(), "event_id": r.header.Get("X-Amzn-Requestid"), "auth_time": float64(signedIn.Unix()),
			"iat": float64(at.Unix()), "exp": float64(at.Unix() + 3600),
		}
		wantAccess := object{"token_use": "access", "client_id": "client", "scope": "aws.cognito.signin.user.admin", "username": "alice"}
		wantID := object{
			"token_use": "id", "aud": "client", "cognito:username": "alice",
			"email": "a@example.com", "email_verified": true, "phone_number": "+15550100", "phone_number_verified": false,
		}
		random := cmp.FilterPath(func(p cmp.Path) bool {
			key, ok := p.Last().(cmp.MapIndex)
			return ok && slices.Contains([]string{"sub", "jti", "origin_jti"}, key.Key().String())
		}, cmp.Ignore())
		for _, test := range []struct{ want, got object }{{wantAccess, access}, {wantID, id}} {
			maps.Copy(test.want, common)
			if diff := cmp.Diff(test.want, test.got, random); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, name := range []string{"sub", "jti", "origin_jti"} {
				if s, _ := test.got[name].(string); len(s) != 36 {
					t.Errorf("%s is %q", name, s)
				}
			}
		}
		if access["sub"] != id["sub"] || access["origin_jti"] != id["origin_jti"] || access["jti"] == id["jti"] || access["sub"] == "alice" {
			t.Errorf("identifiers of %v\nand %v", access, id)
		}
	}
	check(access, id, signedIn)

	// A refresh keeps what tells the sign-in.
	now.advance(time.Hour)
	refresh := func(flow, client string, token any) reply {
		return call(t, p, "InitiateAuth", object{"ClientId": client, "AuthFlow": flow, "AuthParameters": object{"REFRESH_TOKEN": token}})
	}
	for _, flow := range []string{"REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"} {
		again := refresh(flow, "client", result["RefreshToken"]).tokens()
		if diff := cmp.Diff([]string{"AccessToken", "ExpiresIn", "IdToken", "TokenType"}, slices.Sorted(maps.Keys(again))); diff != "" {
			t.Errorf("members (-want +got):\n%s", diff)
		}
		access2, id2 := claims(t, p, again["AccessToken"]), claims(t, p, again["IdToken"])
		check(access2, id2, now.t)
		if access2["origin_jti"] != access["origin_jti"] || access2["jti"] == access["jti"] || id2["jti"] == id["jti"] || id2["sub"] != id["sub"] {
			t.Error("a refresh must keep origin_jti and sub, and make a new jti")
		}
	}
	refresh("REFRESH_TOKEN_AUTH", "other", result["RefreshToken"]).fails(notAuthorized, "Refresh Token has different Client")
	refresh("REFRESH_TOKEN_AUTH", "client", "x").fails(notAuthorized, "Invalid Refresh Token")
	refresh("REFRESH_TOKEN_AUTH", "client", "").fails(invalidParameter, "Missing required parameter REFRESH_TOKEN")
	now.advance(30 * 24 * time.Hour)
	refresh("REFRESH_TOKEN_AUTH", "client", result["RefreshToken"]).fails(notAuthorized, "Refresh Token has expired")
}

func TestAccessTokens(t *testing.T) {
	now := newClock()
	p := newPool(t, challengetest.Config{
		Users: append(alice(func(u *challengetest.User) {
			u.Sub = "5478e488-a0b1-70ee-1111-222233334444"
			u.Attributes = texts{"name": "Alice"}
		}), challengetest.User{Username: "bob", Password: challenge.NewSecret(right)}),
		Now: now.now,
	})
	result := signIn(t, p, "alice", right).tokens()
	getUser := func(token any) reply { return call(t, p, "GetUser", object{"AccessToken": token}) }

	got := getUser(result["AccessToken"]).ok("UserAttributes", "Username").body
	want := object{"Username": "alice", "UserAttributes": []any{
		object{"Name": "sub", "Value": "5478e488-a0b1-70ee-1111-222233334444"}, object{"Name": "name", "Value": "Alice"},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	parts := strings.Split(result["AccessToken"].(string), ".")
	bob := strings.Split(signIn(t, p, "bob", right).tokens()["AccessToken"].(string), ".")
	getUser("").fails(notAuthorized, "Invalid Access Token")
	getUser("a.b.c").fails(notAuthorized, "Invalid Access Token")
	getUser(result["IdToken"]).fails(notAuthorized, "Invalid Access Token")
	getUser(strings.Join([]string{parts[0], bob[1], parts[2]}, ".")).fails(notAuthorized, "Could not verify signature for Access Token")
	other := newPool(t, challengetest.Config{UserPoolID: "eu-west-1_Other", Users: alice()})
	getUser(signIn(t, other, "alice", right).tokens()["AccessToken"]).fails(notAuthorized, "Invalid Access Token")
	namesake := newPool(t, challengetest.Config{Users: []challengetest.User{{Username: "carol", Password: challenge.NewSecret(right)}}, Now: now.now})
	getUser(signIn(t, namesake, "carol", right).tokens()["AccessToken"]).fails(notAuthorized, "Invalid Access Token")
	now.advance(time.Hour)
	getUser(result["AccessToken"]).fails(notAuthorized, "Access Token has expired")
	call(t, p, "SetUserMFAPreference", object{"AccessToken": result["AccessToken"]}).fails(notAuthorized, "Access Token has expired")
}
