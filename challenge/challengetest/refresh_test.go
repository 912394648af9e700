package challengetest_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// rotating returns an app client that rotates refresh tokens.
func rotating(id string, grace int32) challengetest.AppClient {
	return challengetest.AppClient{ID: id, AuthFlows: allFlows, RefreshTokenRotation: &types.RefreshTokenRotationType{
		Feature: types.FeatureTypeEnabled, RetryGracePeriodSeconds: aws.Int32(grace),
	}}
}

const (
	reuse         = "RefreshTokenReuseException"
	reused        = "Refresh token reuse detected"
	revoked       = "Refresh Token has been revoked"
	accessRevoked = "Access Token has been revoked"
)

// signInTo signs alice in to an app client.
func signInTo(t testing.TB, p *challengetest.Pool, client string) object {
	t.Helper()
	return call(t, p, "InitiateAuth", object{"ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": texts{
		"USERNAME": "alice", "PASSWORD": right,
	}}).tokens()
}

// legacy calls REFRESH_TOKEN_AUTH.
func legacy(t testing.TB, p *challengetest.Pool, client string, token any) reply {
	t.Helper()
	return call(t, p, "InitiateAuth", object{"ClientId": client, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": object{"REFRESH_TOKEN": token}})
}

// renew calls GetTokensFromRefreshToken.
func renew(t testing.TB, p *challengetest.Pool, client string, token any, edit ...func(object)) reply {
	t.Helper()
	body := object{"ClientId": client, "RefreshToken": token}
	for _, e := range edit {
		e(body)
	}
	return call(t, p, "GetTokensFromRefreshToken", body)
}

// result fails the test unless the reply is that of GetTokensFromRefreshToken.
func (r reply) result(rotated bool) object {
	r.t.Helper()
	result := r.ok("AuthenticationResult").body["AuthenticationResult"].(object)
	want := []string{"AccessToken", "ExpiresIn", "IdToken", "TokenType"}
	if rotated {
		want = append(want, "RefreshToken")
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(result))); diff != "" {
		r.t.Fatalf("members (-want +got):\n%s", diff)
	}
	return result
}

// failsWithoutText fails the test unless the reply is this error with no
// message.
func (r reply) failsWithoutText(code string) {
	r.t.Helper()
	if want := (object{"__type": code}); r.status != 400 || !cmp.Equal(want, r.body) {
		r.t.Fatalf("got %d %v, want 400 %v", r.status, r.body, want)
	}
}

func user(t testing.TB, p *challengetest.Pool, result object) reply {
	t.Helper()
	return call(t, p, "GetUser", object{"AccessToken": result["AccessToken"]})
}

func TestRenewWithoutRotation(t *testing.T) {
	now := newClock()
	p := newPool(t, challengetest.Config{
		Clients: []challengetest.AppClient{
			{ID: "client", AuthFlows: allFlows},
			{ID: "other", AuthFlows: allFlows},
			{ID: "disabled", AuthFlows: allFlows, RefreshTokenRotation: &types.RefreshTokenRotationType{Feature: types.FeatureTypeDisabled}},
		},
		Users: alice(), Now: now.now,
	})
	first := signInTo(t, p, "client")
	for range 2 {
		now.advance(time.Second)
		result := renew(t, p, "client", first["RefreshToken"]).result(false)
		checkKept(t, p, first, result, now.t)
	}
	renew(t, p, "disabled", signInTo(t, p, "disabled")["RefreshToken"]).result(false)

	renew(t, p, "other", first["RefreshToken"]).fails(notAuthorized, "Refresh Token has different Client")
	renew(t, p, "client", "x").fails(notAuthorized, "Invalid Refresh Token")
	renew(t, p, "client", first["AccessToken"]).fails(notAuthorized, "Invalid Refresh Token")
	renew(t, p, "nobody", first["RefreshToken"]).fails("ResourceNotFoundException", "User pool client nobody does not exist.")
	const validation = "1 validation error detected: Value at '%s' failed to satisfy constraint: Member must not be null"
	renew(t, p, "client", "").fails(invalidParameter, fmt.Sprintf(validation, "refreshToken"))
	renew(t, p, "", "x").fails(invalidParameter, fmt.Sprintf(validation, "clientId"))
	now.advance(30 * 24 * time.Hour)
	renew(t, p, "client", first["RefreshToken"]).fails(notAuthorized, "Refresh Token has expired")
}

// checkKept checks that a refresh keeps what tells the sign-in, and makes the
// rest new.
func checkKept(t *testing.T, p *challengetest.Pool, before, after object, at time.Time) {
	t.Helper()
	for _, token := range []string{"AccessToken", "IdToken"} {
		b, a := claims(t, p, before[token]), claims(t, p, after[token])
		if a["jti"] == b["jti"] || a["iat"] != float64(at.Unix()) || a["exp"] != float64(at.Unix()+3600) {
			t.Errorf("%s: jti %v, iat %v, exp %v", token, a["jti"], a["iat"], a["exp"])
		}
		for _, changed := range []string{"jti", "iat", "exp"} {
			delete(a, changed)
			delete(b, changed)
		}
		if diff := cmp.Diff(b, a); diff != "" {
			t.Errorf("%s (-before +after):\n%s", token, diff)
		}
	}
}

func TestRotation(t *testing.T) {
	now := newClock()
	plain := rotating("zero", 0)
	plain.AuthFlows = []types.ExplicitAuthFlowsType{"ALLOW_USER_PASSWORD_AUTH"}
	p := newPool(t, challengetest.Config{Clients: []challengetest.AppClient{plain, rotating("grace", 5)}, Users: alice(), Now: now.now})

	t.Run("without grace", func(t *testing.T) {
		first := signInTo(t, p, "zero")

		// The old flow refuses, enabled or not, and uses nothing up.
		legacy(t, p, "zero", first["RefreshToken"]).fails("UnsupportedOperationException", "This API does not support refresh token rotation")
		legacy(t, p, "grace", "x").fails("UnsupportedOperationException", "This API does not support refresh token rotation")

		second := renew(t, p, "zero", first["RefreshToken"]).result(true)
		checkKept(t, p, first, second, now.t)
		if second["RefreshToken"] == first["RefreshToken"] {
			t.Error("the refresh token was not rotated")
		}
		user(t, p, first).ok("UserAttributes", "Username")

		// Reuse is refused and does no harm to the family.
		renew(t, p, "zero", first["RefreshToken"]).fails(reuse, reused)
		third := renew(t, p, "zero", second["RefreshToken"]).result(true)
		user(t, p, third).ok("UserAttributes", "Username")
		renew(t, p, "zero", second["RefreshToken"]).fails(reuse, reused)
		renew(t, p, "zero", first["RefreshToken"]).fails(reuse, reused)

		// Rotation gives no more time.
		now.advance(30 * 24 * time.Hour)
		renew(t, p, "zero", third["RefreshToken"]).fails(notAuthorized, "Refresh Token has expired")
	})

	t.Run("grace", func(t *testing.T) {
		parent := signInTo(t, p, "grace")["RefreshToken"]
		child := renew(t, p, "grace", parent).result(true)["RefreshToken"]
		now.advance(4 * time.Second)
		again := renew(t, p, "grace", parent).result(true)["RefreshToken"]
		if again == child {
			t.Error("the same child twice")
		}
		// It displaces the first child at once, and is not renewed.
		renew(t, p, "grace", child).fails(reuse, reused)
		now.advance(time.Second)
		renew(t, p, "grace", parent).fails(reuse, reused)
		renew(t, p, "grace", again).result(true)
	})

	t.Run("ancestors", func(t *testing.T) {
		first := signInTo(t, p, "grace")["RefreshToken"]
		second := renew(t, p, "grace", first).result(true)["RefreshToken"]
		third := renew(t, p, "grace", second).result(true)["RefreshToken"]
		renew(t, p, "grace", first).fails(reuse, reused)
		other := renew(t, p, "grace", second).result(true)["RefreshToken"]
		renew(t, p, "grace", third).fails(reuse, reused)
		renew(t, p, "grace", other).result(true)
	})
}

func TestRenewWithSecret(t *testing.T) {
	const secret = "s3cr3t"
	private := rotating("private", 0)
	private.Secret = challenge.NewSecret(secret)
	p := newPool(t, challengetest.Config{
		Clients: []challengetest.AppClient{private, {ID: "client", AuthFlows: allFlows}}, Users: alice(),
	})
	token := call(t, p, "InitiateAuth", object{"ClientId": "private", "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": texts{
		"USERNAME": "alice", "PASSWORD": right, "SECRET_HASH": hash(secret, "alice", "private"),
	}}).tokens()["RefreshToken"]
	with := func(secret string) func(object) { return func(body object) { body["ClientSecret"] = secret } }

	// None of these uses the token up.
	renew(t, p, "private", token).fails(notAuthorized, "Client private is configured for secret but secret was not received")
	renew(t, p, "private", token, with("other")).fails(notAuthorized, "Unable to verify secret hash for client private")
	renew(t, p, "private", token, with(hash(secret, "alice", "private"))).fails(notAuthorized, "Unable to verify secret hash for client private")
	renew(t, p, "private", token, with(secret)).result(true)

	renew(t, p, "client", signInTo(t, p, "client")["RefreshToken"], with("needless")).result(false)
}

func TestRevokeToken(t *testing.T) {
	const secret = "s3cr3t"
	p := newPool(t, challengetest.Config{
		Clients: []challengetest.AppClient{
			{ID: "client", AuthFlows: allFlows},
			rotating("rotating", 5),
			{ID: "private", AuthFlows: allFlows, Secret: challenge.NewSecret(secret)},
			{ID: "without", AuthFlows: allFlows, DisableTokenRevocation: true},
		},
		Users: alice(),
	})
	revoke := func(client string, token any, edit ...func(object)) reply {
		body := object{"ClientId": client, "Token": token}
		for _, e := range edit {
			e(body)
		}
		return call(t, p, "RevokeToken", body)
	}

	t.Run("a family", func(t *testing.T) {
		first, bystander := signInTo(t, p, "client"), signInTo(t, p, "client")
		second := legacy(t, p, "client", first["RefreshToken"]).tokens()
		for range 2 {
			revoke("client", first["RefreshToken"]).ok()
			user(t, p, first).fails(notAuthorized, accessRevoked)
			user(t, p, second).fails(notAuthorized, accessRevoked)
			legacy(t, p, "client", first["RefreshToken"]).fails(notAuthorized, revoked)
			renew(t, p, "client", first["RefreshToken"]).fails(notAuthorized, revoked)
		}
		call(t, p, "SetUserMFAPreference", object{"AccessToken": first["AccessToken"]}).fails(notAuthorized, accessRevoked)
		user(t, p, bystander).ok("UserAttributes", "Username")
		legacy(t, p, "client", bystander["RefreshToken"]).tokens()
	})

	t.Run("any generation", func(t *testing.T) {
		for _, generation := range []int{0, 1, 2} {
			family := []object{signInTo(t, p, "rotating")}
			for range 2 {
				family = append(family, renew(t, p, "rotating", family[len(family)-1]["RefreshToken"]).result(true))
			}
			revoke("rotating", family[generation]["RefreshToken"]).ok()
			for _, member := range family {
				user(t, p, member).fails(notAuthorized, accessRevoked)
				renew(t, p, "rotating", member["RefreshToken"]).failsWithoutText(notAuthorized)
			}
		}
	})

	t.Run("refused", func(t *testing.T) {
		const unauthorized, text = "UnauthorizedException", "Invalid client or secret"
		with := func(secret string) func(object) { return func(body object) { body["ClientSecret"] = secret } }
		theirs := signInTo(t, p, "client")
		revoke("private", "x").fails(unauthorized, text)
		revoke("private", "x", with("other")).fails(unauthorized, text)
		revoke("private", "x", with(secret)).ok()
		revoke("nobody", "x").fails(unauthorized, text)
		revoke("private", theirs["RefreshToken"], with(secret)).fails(unauthorized, text)
		revoke("client", theirs["AccessToken"]).fails("UnsupportedTokenTypeException", "Unsupported token type")
		revoke("client", theirs["IdToken"]).fails("UnsupportedTokenTypeException", "Unsupported token type")
		revoke("without", signInTo(t, p, "without")["RefreshToken"]).fails("UnsupportedOperationException", "This feature is not enabled for this client")
		const validation = "1 validation error detected: Value at '%s' failed to satisfy constraint: Member must not be null"
		revoke("client", "").fails(invalidParameter, fmt.Sprintf(validation, "token"))
		revoke("", "x").fails(invalidParameter, fmt.Sprintf(validation, "clientId"))
		user(t, p, theirs).ok("UserAttributes", "Username")
	})
}

// TestClaimsWithoutRevocation is what tokens lack when they can't be revoked.
func TestClaimsWithoutRevocation(t *testing.T) {
	withRotation := rotating("rotating", 0)
	withRotation.DisableTokenRevocation = true
	p := newPool(t, challengetest.Config{
		Clients: []challengetest.AppClient{withRotation, {ID: "plain", AuthFlows: allFlows, DisableTokenRevocation: true}}, Users: alice(),
	})
	check := func(result object, accessOrigin, idOrigin, idJTI bool) {
		t.Helper()
		has := func(token, claim string) bool { return claims(t, p, result[token])[claim] != nil }
		if got := has("AccessToken", "origin_jti"); got != accessOrigin {
			t.Errorf("origin_jti of the access token: %t", got)
		}
		if got := has("IdToken", "origin_jti"); got != idOrigin {
			t.Errorf("origin_jti of the ID token: %t", got)
		}
		if got := has("IdToken", "jti"); got != idJTI {
			t.Errorf("jti of the ID token: %t", got)
		}
		if !has("AccessToken", "jti") {
			t.Error("no jti in the access token")
		}
	}
	first := signInTo(t, p, "plain")
	check(first, false, false, false)
	check(legacy(t, p, "plain", first["RefreshToken"]).tokens(), false, false, false)

	first = signInTo(t, p, "rotating")
	check(first, false, true, true)
	check(renew(t, p, "rotating", first["RefreshToken"]).result(true), true, true, true)
}

func TestSignOut(t *testing.T) {
	p := newPool(t, challengetest.Config{
		Clients: []challengetest.AppClient{{ID: "client", AuthFlows: allFlows}, rotating("rotating", 0)},
		Users:   append(alice(), challengetest.User{Username: "bob", Password: challenge.NewSecret(right)}),
	})
	bob := signIn(t, p, "bob", right).tokens()
	for _, operation := range []string{"GlobalSignOut", "AdminUserGlobalSignOut"} {
		here, there := signInTo(t, p, "client"), signInTo(t, p, "rotating")
		call(t, p, operation, object{"AccessToken": here["AccessToken"], "Username": "alice"}).ok()
		user(t, p, here).fails(notAuthorized, accessRevoked)
		user(t, p, there).fails(notAuthorized, accessRevoked)
		legacy(t, p, "client", here["RefreshToken"]).fails(notAuthorized, revoked)
		renew(t, p, "rotating", there["RefreshToken"]).failsWithoutText(notAuthorized)

		// At once, in the same second, all is well again.
		again := signInTo(t, p, "client")
		user(t, p, again).ok("UserAttributes", "Username")
		legacy(t, p, "client", again["RefreshToken"]).tokens()
	}
	user(t, p, bob).ok("UserAttributes", "Username")
	call(t, p, "GlobalSignOut", object{}).fails(notAuthorized, "Invalid Access Token")
	call(t, p, "AdminUserGlobalSignOut", object{"Username": "carol"}).fails("UserNotFoundException", "User does not exist.")
	_, err := p.Client().AdminUserGlobalSignOut(t.Context(), &cip.AdminUserGlobalSignOutInput{
		UserPoolId: aws.String("eu-west-1_Other"), Username: aws.String("alice"),
	})
	wantError(t, err, "ResourceNotFoundException", "User pool eu-west-1_Other does not exist.")
}

func TestDisabledAndDeletedUsers(t *testing.T) {
	p := newPool(t, challengetest.Config{
		Clients: []challengetest.AppClient{{ID: "client", AuthFlows: allFlows}, rotating("rotating", 0)},
		Users: append(alice(), challengetest.User{
			Username: "sms", Password: challenge.NewSecret(right), Attributes: texts{"phone_number": "+15550100"}, MFA: []types.ChallengeNameType{sms},
		}),
	})
	admin := func(operation, name string) { t.Helper(); call(t, p, operation, object{"Username": name}).ok() }
	result, rotated := signInTo(t, p, "client"), signInTo(t, p, "rotating")
	asked := signIn(t, p, "sms", right)
	code := texts{"USERNAME": "sms", "SMS_MFA_CODE": last(t, p).Code.Reveal()}

	const disabled = "User is disabled."
	admin("AdminDisableUser", "alice")
	admin("AdminDisableUser", "sms")
	signIn(t, p, "alice", right).fails(notAuthorized, disabled)
	srpStart(t, p, "alice").fails(notAuthorized, disabled)
	legacy(t, p, "client", result["RefreshToken"]).fails(notAuthorized, disabled)
	renew(t, p, "rotating", rotated["RefreshToken"]).fails(notAuthorized, disabled)
	user(t, p, result).fails(notAuthorized, disabled)
	asked.answer(p, code).fails(notAuthorized, disabled)
	admin("AdminEnableUser", "alice")
	admin("AdminEnableUser", "sms")
	signIn(t, p, "alice", right).tokens()
	asked.answer(p, code).tokens()

	const deleted = "The user has been deleted for the associated refresh token"
	admin("AdminDeleteUser", "alice")
	signIn(t, p, "alice", right).fails("UserNotFoundException", "User does not exist.")
	legacy(t, p, "client", result["RefreshToken"]).fails(notAuthorized, deleted)
	renew(t, p, "rotating", rotated["RefreshToken"]).fails(notAuthorized, deleted)
	user(t, p, result).fails("UserNotFoundException", "User does not exist.")
	call(t, p, "AdminDeleteUser", object{"Username": "alice"}).fails("UserNotFoundException", "User does not exist.")
	call(t, p, "AdminDisableUser", object{"Username": "alice"}).fails("UserNotFoundException", "User does not exist.")
}

// TestRefreshNeedsTheDevice is the rule of pools that track devices.
func TestRefreshNeedsTheDevice(t *testing.T) {
	now := newClock()
	p := newPool(t, challengetest.Config{
		Clients: []challengetest.AppClient{{ID: "client", AuthFlows: allFlows}}, Users: alice(withSMS), DeviceConfiguration: always, Now: now.now,
	})
	d, other := named(t, signInWithCode(t, p, nil)), confirmed(t, p)
	type refresher func(key string) reply
	token := d.result["RefreshToken"]
	byFlow := func(key string) reply {
		return call(t, p, "InitiateAuth", object{"AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": object{"REFRESH_TOKEN": token, "DEVICE_KEY": key}})
	}
	byOperation := func(key string) reply {
		return renew(t, p, "client", token, func(body object) { body["DeviceKey"] = key })
	}
	refused := func(key string) {
		t.Helper()
		for _, refresh := range []refresher{byFlow, byOperation} {
			refresh(key).fails(notAuthorized, "Invalid Refresh Token.")
		}
	}
	refused("")
	refused(d.key) // not confirmed
	d.confirm(t, p).ok("UserConfirmationNecessary")
	refused("")
	refused("x")
	refused(other.key) // of another sign-in
	byFlow(d.key).tokens()
	byOperation(d.key).result(false)

	// A later sign-in with the device is one of that device.
	token = d.prove(t, p, passwordStart(t, p, texts{"DEVICE_KEY": d.key}), now.t).tokens()["RefreshToken"]
	byFlow(d.key).tokens()
	call(t, p, "ForgetDevice", object{"AccessToken": d.result["AccessToken"], "DeviceKey": d.key}).ok()
	refused(d.key)
}

func TestNewPoolRefusesRotation(t *testing.T) {
	_, err := challengetest.NewPool(challengetest.Config{Clients: []challengetest.AppClient{
		rotating("a", 61), rotating("b", -1), {ID: "c", RefreshTokenRotation: &types.RefreshTokenRotationType{}},
	}})
	want := `challengetest: clients[0].refresh_token_rotation: expected a grace period of 0 to 60 seconds, got 61
challengetest: clients[1].refresh_token_rotation: expected a grace period of 0 to 60 seconds, got -1
challengetest: clients[2].refresh_token_rotation: expected ENABLED or DISABLED, got ""`
	if got := fmt.Sprint(err); got != want {
		t.Errorf("got %s", got)
	}
}

// TestThroughTheClientRefresh refreshes both ways, with a secret and after a
// sign-in by an alias, over which the hash must not be.
func TestThroughTheClientRefresh(t *testing.T) {
	ctx := t.Context()
	const secret = "s3cr3t"
	private := rotating("rotating", 0)
	private.Secret = challenge.NewSecret(secret)
	p := newPool(t, challengetest.Config{
		Clients:         []challengetest.AppClient{{ID: "client", Secret: challenge.NewSecret(secret), AuthFlows: allFlows}, private},
		AliasAttributes: []types.AliasAttributeType{types.AliasAttributeTypeEmail},
		Users: alice(func(u *challengetest.User) {
			u.Attributes = texts{"email": "a@example.com", "email_verified": "true"}
		}),
	})
	for transport, edit := range map[string]func(*challenge.Config){
		"public": func(*challenge.Config) {},
		"admin":  func(c *challenge.Config) { c.Transport = challenge.Admin(p.Client()) },
	} {
		t.Run(transport, func(t *testing.T) {
			begin := func(id string) (*challenge.Client, challenge.Refresh) {
				client := newClient(t, p, edit, func(c *challenge.Config) { c.ClientID, c.ClientSecret = id, challenge.NewSecret(secret) })
				step, err := client.Start(ctx, challenge.UserSRP{Username: "a@example.com", Password: challenge.NewSecret(right)})
				if err != nil {
					t.Fatal(err)
				}
				tokens := step.(*challenge.Tokens)
				if tokens.Username != "alice" {
					t.Errorf("user name %s", tokens.Username)
				}
				return client, challenge.Refresh{Username: tokens.Username, RefreshToken: tokens.RefreshToken}
			}

			client, refresh := begin("client")
			step, err := client.Start(ctx, refresh)
			if err != nil {
				t.Fatal(err)
			}
			if !step.(*challenge.Tokens).RefreshToken.Equal(refresh.RefreshToken) {
				t.Error("the refresh token is not kept")
			}
			tokens, err := client.GetTokensFromRefreshToken(ctx, p.Client(), refresh)
			if err != nil || !tokens.RefreshToken.Equal(refresh.RefreshToken) || tokens.Username != "alice" {
				t.Errorf("got %v, %v", tokens, err)
			}
			refresh.Username = "a@example.com"
			if _, err := client.Start(ctx, refresh); !errors.Is(err, challenge.Misconfigured) {
				t.Errorf("hashed over an alias: %v", err)
			}
			call(t, p, "RevokeToken", object{"ClientId": "client", "ClientSecret": secret, "Token": refresh.RefreshToken.Reveal()}).ok()
			if _, err := client.GetTokensFromRefreshToken(ctx, p.Client(), refresh); !errors.Is(err, challenge.TokenInvalid) {
				t.Errorf("revoked: %v", err)
			}

			client, refresh = begin("rotating")
			if _, err := client.Start(ctx, refresh); !errors.Is(err, challenge.Misconfigured) {
				t.Errorf("not rotated: %v", err)
			}
			first := refresh
			for range 3 {
				tokens, err := client.GetTokensFromRefreshToken(ctx, p.Client(), refresh)
				if err != nil {
					t.Fatal(err)
				}
				if tokens.RefreshToken.Equal(refresh.RefreshToken) {
					t.Error("the refresh token is not replaced")
				}
				refresh.RefreshToken = tokens.RefreshToken
			}
			if _, err := client.GetTokensFromRefreshToken(ctx, p.Client(), first); !errors.Is(err, challenge.TokenReuse) {
				t.Errorf("used again: %v", err)
			}
			call(t, p, "RevokeToken", object{"ClientId": "rotating", "ClientSecret": secret, "Token": refresh.RefreshToken.Reveal()}).ok()
			_, err = client.GetTokensFromRefreshToken(ctx, p.Client(), refresh)
			var api smithy.APIError
			if !errors.As(err, &api) || api.ErrorCode() != notAuthorized || api.ErrorMessage() != "" {
				t.Errorf("revoked: %v", err)
			}
		})
	}
}
