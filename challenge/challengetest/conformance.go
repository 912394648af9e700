package challengetest

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/srp"
)

// A Conformance is what [CheckConformance] has to know of a pool: an app
// client in which USER_SRP_AUTH, USER_PASSWORD_AUTH and REFRESH_TOKEN_AUTH are
// enabled, which does not rotate refresh tokens and has token revocation on,
// and users without a second factor, of a pool that tracks no devices.
type Conformance struct {
	// UserPoolID, ClientID and ClientSecret are those of the pool and of an app
	// client.
	UserPoolID   string
	ClientID     string
	ClientSecret challenge.Secret // empty if the client has none

	// HidesUsers says that the client's PreventUserExistenceErrors is ENABLED.
	HidesUsers bool

	// Username and Password are those of a confirmed user. Username is the user
	// name itself and no alias.
	Username string
	Password challenge.Secret

	// TemporaryUsername and TemporaryPassword are those of a user who must set
	// a new password, NewPassword is what it becomes: 8 characters at least,
	// with all kinds that a default policy asks for. If TemporaryUsername is
	// empty, NEW_PASSWORD_REQUIRED is not checked.
	TemporaryUsername string
	TemporaryPassword challenge.Secret
	NewPassword       challenge.Secret
}

// CheckConformance signs in to a pool rightly and wrongly, refreshes and
// revokes, and compares what comes back with what the service was seen to send:
// which members and parameters there are and what they look like, the claims of
// the tokens, the codes and texts of refusals, and what becomes of a Session.
// The error joins all differences, and tells no password or token.
//
// api can be a [Pool.Client], a client of another emulator, of a recording, or
// of the service itself; the pool's clock must be right. The temporary user's
// password is changed, so another run needs another user. The wrong passwords
// are too few for a lock-out, unless runs follow each other within minutes.
//
// What an SDK client doesn't show is not compared: the order and the spelling
// of members, and members that it doesn't know.
func CheckConformance(ctx context.Context, api *cognitoidentityprovider.Client, c Conformance) error {
	e := &examiner{Conformance: c, ctx: ctx, api: api}
	e.client = &client{id: c.ClientID, secret: c.ClientSecret.Reveal()}
	e.refusals()
	e.unknownUser()
	e.proof()
	if signedIn := e.password(); signedIn != nil {
		e.refresh(signedIn)
		e.revoke(signedIn)
	}
	if c.TemporaryUsername != "" {
		e.newPassword()
	}
	return errors.Join(e.differences...)
}

// An examiner notes how the pool differs from the service. Where it is known
// from one exchange only, the source is named: letters with a number are those
// of radkawar/stackd (captured 2026-09-24).
type examiner struct {
	Conformance
	ctx         context.Context
	api         *cognitoidentityprovider.Client
	client      *client
	what        string // is being examined
	differences []error
}

func (e *examiner) differ(format string, a ...any) {
	e.differences = append(e.differences, fmt.Errorf("challengetest: %s: %s", e.what, fmt.Sprintf(format, a...)))
}

// want notes a difference between two things that are no secrets.
func (e *examiner) want(what string, want, got any) {
	if fmt.Sprint(want) != fmt.Sprint(got) {
		e.differ("%s: expected %v, got %v", what, want, got)
	}
}

// that notes a difference of something that must not be shown.
func (e *examiner) that(ok bool, what string) {
	if !ok {
		e.differ("%s", what)
	}
}

// refused notes if err is not the refusal with this code and text.
func (e *examiner) refused(err error, code, text string) {
	var api smithy.APIError
	switch {
	case err == nil:
		e.differ("expected %s, got success", code)
	case !errors.As(err, &api):
		e.differ("expected %s, got %T", code, err)
	case api.ErrorCode() != code || api.ErrorMessage() != text:
		e.differ("expected %s: %q, got %s: %q", code, text, api.ErrorCode(), api.ErrorMessage())
	}
}

// succeeded notes an error, and reports whether there is none.
func (e *examiner) succeeded(err error) bool {
	var api smithy.APIError
	switch {
	case err == nil:
		return true
	case errors.As(err, &api):
		e.differ("expected success, got %s: %q", api.ErrorCode(), api.ErrorMessage())
	default:
		e.differ("expected success, got %T", err)
	}
	return false
}

// signed adds SECRET_HASH over username.
func (e *examiner) signed(params map[string]string, username string) map[string]string {
	if e.client.secret != "" {
		params["SECRET_HASH"] = e.client.hash(username)
	}
	return params
}

func (e *examiner) initiate(flow types.AuthFlowType, params map[string]string) (*cognitoidentityprovider.InitiateAuthOutput, error) {
	return e.api.InitiateAuth(e.ctx, &cognitoidentityprovider.InitiateAuthInput{
		AuthFlow: flow, ClientId: aws.String(e.ClientID), AuthParameters: params,
	})
}

func (e *examiner) respond(name types.ChallengeNameType, session *string, responses map[string]string) (*cognitoidentityprovider.RespondToAuthChallengeOutput, error) {
	return e.api.RespondToAuthChallenge(e.ctx, &cognitoidentityprovider.RespondToAuthChallengeInput{
		ChallengeName: name, ClientId: aws.String(e.ClientID), Session: session, ChallengeResponses: responses,
	})
}

// wrongPassword is nobody's, and long enough.
const wrongPassword = "Wr0ng passw0rd, surely!"

// refusals are what is refused before a user is looked at, and a wrong password.
func (e *examiner) refusals() {
	user := func(more ...string) map[string]string {
		params := map[string]string{"USERNAME": e.Username}
		for i := 0; i < len(more); i += 2 {
			params[more[i]] = more[i+1]
		}
		return params
	}
	type refusal struct {
		what   string
		flow   types.AuthFlowType
		params map[string]string
		want   *failure
	}
	all := []refusal{
		{"a wrong password", "USER_PASSWORD_AUTH", e.signed(user("PASSWORD", wrongPassword), e.Username), badCredentials},
		{"no PASSWORD", "USER_PASSWORD_AUTH", e.signed(user(), e.Username), missingParameter("PASSWORD")},
		{"no SRP_A", "USER_SRP_AUTH", e.signed(user(), e.Username), missingParameter("SRP_A")},
		{"ADMIN_USER_PASSWORD_AUTH by InitiateAuth", "ADMIN_USER_PASSWORD_AUTH", e.signed(user("PASSWORD", wrongPassword), e.Username), flowNotOffered},
	}
	if e.client.secret == "" {
		all = append(all,
			refusal{"no USERNAME", "USER_PASSWORD_AUTH", map[string]string{"PASSWORD": wrongPassword}, missingParameter("USERNAME")},
			refusal{"a refresh token that is none", "REFRESH_TOKEN_AUTH", map[string]string{"REFRESH_TOKEN": "none"}, badRefreshToken},
		)
	} else {
		all = append(all,
			refusal{"no SECRET_HASH", "USER_PASSWORD_AUTH", user("PASSWORD", wrongPassword), missingSecretHash(e.ClientID)},
			refusal{"a wrong SECRET_HASH", "USER_PASSWORD_AUTH", user("PASSWORD", wrongPassword, "SECRET_HASH", "AAAA"), badSecretHash(e.ClientID)},
		)
	}
	for _, r := range all {
		e.what = r.what
		_, err := e.initiate(r.flow, r.params)
		e.refused(err, r.want.code, r.want.text)
	}

	e.what = "an app client that is none"
	const nobody = "0000000000000000000000none"
	_, err := e.api.InitiateAuth(e.ctx, &cognitoidentityprovider.InitiateAuthInput{
		AuthFlow: "USER_PASSWORD_AUTH", ClientId: aws.String(nobody), AuthParameters: user("PASSWORD", wrongPassword),
	})
	e.refused(err, "ResourceNotFoundException", clientNotFound(nobody).text)

	e.what = "an access token that is none"
	_, err = e.api.GetUser(e.ctx, &cognitoidentityprovider.GetUserInput{AccessToken: aws.String("none")})
	e.refused(err, badAccessToken.code, badAccessToken.text)
}

// unknownUser looks like a user if the client hides users (A3, L11).
func (e *examiner) unknownUser() {
	name := "nobody-" + uuid()
	want := userNotFound
	if e.HidesUsers {
		want = badCredentials
	}
	e.what = "an unknown user's password"
	_, err := e.initiate("USER_PASSWORD_AUTH", e.signed(map[string]string{"USERNAME": name, "PASSWORD": wrongPassword}, name))
	e.refused(err, want.code, want.text)

	e.what = "an unknown user's proof"
	client := srp.NewClient()
	start := func() (*cognitoidentityprovider.InitiateAuthOutput, error) {
		return e.initiate("USER_SRP_AUTH", e.signed(map[string]string{"USERNAME": name, "SRP_A": client.A()}, name))
	}
	first, err := start()
	if !e.HidesUsers {
		e.refused(err, want.code, want.text)
		return
	}
	if !e.succeeded(err) || !e.verifier(first, name) {
		return
	}
	if second, err := start(); e.succeeded(err) {
		e.that(second.ChallengeParameters["SALT"] == first.ChallengeParameters["SALT"], "SALT is another one the second time")
	}
	_, err = e.prove(client, first, challenge.NewSecret(wrongPassword))
	e.refused(err, badCredentials.code, badCredentials.text)
}

var (
	isSalt   = regexp.MustCompile(`^[0-9a-f]{1,32}$`)
	isPublic = regexp.MustCompile(`^[0-9a-f]{700,768}$`)
)

// verifier examines a PASSWORD_VERIFIER, and reports whether it can be answered.
func (e *examiner) verifier(out *cognitoidentityprovider.InitiateAuthOutput, name string) bool {
	e.want("ChallengeName", types.ChallengeNameTypePasswordVerifier, out.ChallengeName)
	e.that(out.Session == nil, "there is a Session")
	e.that(out.AuthenticationResult == nil, "there is an AuthenticationResult")
	e.want("AvailableChallenges", "[]", out.AvailableChallenges)
	params := out.ChallengeParameters
	e.want("ChallengeParameters", []string{"SALT", "SECRET_BLOCK", "SRP_B", "USERNAME", "USER_ID_FOR_SRP"}, slices.Sorted(maps.Keys(params)))
	e.want("USERNAME", name, params["USERNAME"])
	e.want("USER_ID_FOR_SRP", name, params["USER_ID_FOR_SRP"])
	e.that(isSalt.MatchString(params["SALT"]), "SALT is not 32 digits of lower-case hex at most")
	e.that(isPublic.MatchString(params["SRP_B"]), "SRP_B is not about 768 digits of lower-case hex")
	block, err := base64.StdEncoding.DecodeString(params["SECRET_BLOCK"])
	e.that(err == nil && len(block) > 0, "SECRET_BLOCK is not standard base64")
	return out.ChallengeName == types.ChallengeNameTypePasswordVerifier && err == nil
}

// prove answers a PASSWORD_VERIFIER.
func (e *examiner) prove(c *srp.Client, out *cognitoidentityprovider.InitiateAuthOutput, password challenge.Secret) (*cognitoidentityprovider.RespondToAuthChallengeOutput, error) {
	scope, err := srp.PoolName(e.UserPoolID)
	if err != nil {
		return nil, err
	}
	params := out.ChallengeParameters
	signature, timestamp, err := c.Claim(srp.Challenge{
		Scope: scope, Identity: params["USER_ID_FOR_SRP"], Salt: params["SALT"], B: params["SRP_B"], SecretBlock: params["SECRET_BLOCK"],
	}, password.Reveal(), time.Now())
	if err != nil {
		return nil, err
	}
	return e.respond(types.ChallengeNameTypePasswordVerifier, nil, e.signed(map[string]string{
		"USERNAME": params["USERNAME"], "TIMESTAMP": timestamp,
		"PASSWORD_CLAIM_SECRET_BLOCK": params["SECRET_BLOCK"], "PASSWORD_CLAIM_SIGNATURE": signature,
	}, params["USERNAME"]))
}

// proof signs in by SRP, with a wrong password before.
func (e *examiner) proof() {
	for _, password := range []challenge.Secret{challenge.NewSecret(wrongPassword), e.Password} {
		e.what = "USER_SRP_AUTH"
		c := srp.NewClient()
		out, err := e.initiate("USER_SRP_AUTH", e.signed(map[string]string{"USERNAME": e.Username, "SRP_A": c.A()}, e.Username))
		if !e.succeeded(err) || !e.verifier(out, e.Username) {
			return
		}
		e.what = "PASSWORD_VERIFIER"
		answered, err := e.prove(c, out, password)
		if !password.Equal(e.Password) {
			e.refused(err, badCredentials.code, badCredentials.text)
			continue
		}
		if e.succeeded(err) {
			e.end(answered.ChallengeName, answered.ChallengeParameters, answered.Session)
			id, _ := awsmiddleware.GetRequestIDMetadata(answered.ResultMetadata)
			e.tokens(answered.AuthenticationResult, id, e.Username)
		}
	}
}

// end examines the members that a reply with tokens has besides them.
func (e *examiner) end(name types.ChallengeNameType, params map[string]string, session *string) {
	e.want("ChallengeName", "", name)
	e.that(params != nil && len(params) == 0, "ChallengeParameters are not there, or not empty")
	e.that(session == nil, "there is a Session")
}

// An identity is what two tokens of one sign-in tell.
type identity struct {
	result     *types.AuthenticationResultType
	access, id map[string]any
}

var (
	accessClaims = []string{"auth_time", "client_id", "event_id", "exp", "iat", "iss", "jti", "origin_jti", "scope", "sub", "token_use", "username"}
	idClaims     = []string{"aud", "auth_time", "cognito:username", "event_id", "exp", "iat", "iss", "jti", "origin_jti", "sub", "token_use"}
)

// tokens examines the tokens that come of a sign-in with this request id, or,
// if that is empty, of a refresh.
func (e *examiner) tokens(result *types.AuthenticationResultType, requestID, name string) *identity {
	if result == nil {
		e.differ("there is no AuthenticationResult")
		return nil
	}
	e.want("TokenType", "Bearer", aws.ToString(result.TokenType))
	e.that(result.NewDeviceMetadata == nil, "there is a NewDeviceMetadata")
	e.that((result.RefreshToken == nil) == (requestID == ""), "a RefreshToken comes with a sign-in, and not with a refresh that doesn't rotate")

	got := &identity{result: result}
	var kids [2]string
	for i, t := range []struct {
		text   *string
		claims *map[string]any
		name   string
	}{{result.AccessToken, &got.access, "AccessToken"}, {result.IdToken, &got.id, "IdToken"}} {
		parts := strings.Split(aws.ToString(t.text), ".")
		var header map[string]string
		if len(parts) != 3 || decodePart(parts[0], &header) != nil || decodePart(parts[1], t.claims) != nil {
			e.differ("%s is no JWT", t.name)
			return nil
		}
		e.want(t.name+"'s header", []string{"alg", "kid"}, slices.Sorted(maps.Keys(header)))
		e.want(t.name+"'s alg", "RS256", header["alg"])
		kids[i] = header["kid"]
	}
	e.that(kids[0] != kids[1], "one key signs both tokens")
	e.want("the AccessToken's claims", accessClaims, slices.Sorted(maps.Keys(got.access)))
	for _, claim := range idClaims { // the user's attributes are there, too
		_, ok := got.id[claim]
		e.that(ok, "the IdToken has no "+claim)
	}

	region, _, _ := strings.Cut(e.UserPoolID, "_")
	issuer := "https://cognito-idp." + region + ".amazonaws.com/" + e.UserPoolID
	for _, w := range []struct {
		claims      map[string]any
		claim, want string
	}{
		{got.access, "iss", issuer},
		{got.id, "iss", issuer},
		{got.access, "token_use", "access"},
		{got.id, "token_use", "id"},
		{got.access, "client_id", e.ClientID},
		{got.id, "aud", e.ClientID},
		{got.access, "username", name},
		{got.id, "cognito:username", name},
		{got.access, "scope", "aws.cognito.signin.user.admin"},
	} {
		e.want(w.claim, w.want, w.claims[w.claim])
	}
	for _, claim := range []string{"sub", "origin_jti", "event_id", "auth_time"} {
		e.that(got.access[claim] == got.id[claim], claim+" differs between the two tokens")
	}
	e.that(got.access["jti"] != got.id["jti"], "jti is the same in the two tokens")
	e.that(got.access["sub"] != got.access["username"], "sub is the user name")
	issued, _ := got.access["iat"].(float64)
	expires, _ := got.access["exp"].(float64)
	e.want("exp-iat", result.ExpiresIn, expires-issued)
	if requestID != "" {
		e.want("event_id", requestID, got.access["event_id"])
		e.that(got.access["auth_time"] == got.access["iat"], "auth_time is not iat")
	}
	return got
}

func decodePart(text string, to any) error {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, to)
}

// password signs in by password.
func (e *examiner) password() *identity {
	e.what = "USER_PASSWORD_AUTH"
	out, err := e.initiate("USER_PASSWORD_AUTH", e.signed(map[string]string{"USERNAME": e.Username, "PASSWORD": e.Password.Reveal()}, e.Username))
	if !e.succeeded(err) {
		return nil
	}
	e.end(out.ChallengeName, out.ChallengeParameters, out.Session)
	e.want("AvailableChallenges", "[]", out.AvailableChallenges)
	id, _ := awsmiddleware.GetRequestIDMetadata(out.ResultMetadata)
	got := e.tokens(out.AuthenticationResult, id, e.Username)
	if got == nil {
		return nil
	}
	e.what = "GetUser"
	if user, err := e.api.GetUser(e.ctx, &cognitoidentityprovider.GetUserInput{AccessToken: got.result.AccessToken}); e.succeeded(err) {
		e.want("Username", e.Username, aws.ToString(user.Username))
		e.that(len(user.UserAttributes) > 0 && aws.ToString(user.UserAttributes[0].Name) == "sub" &&
			aws.ToString(user.UserAttributes[0].Value) == got.access["sub"], "UserAttributes do not begin with sub")
	}
	return got
}

// renew is GetTokensFromRefreshToken.
func (e *examiner) renew(token *string) (*types.AuthenticationResultType, error) {
	in := &cognitoidentityprovider.GetTokensFromRefreshTokenInput{ClientId: aws.String(e.ClientID), RefreshToken: token}
	if e.client.secret != "" {
		in.ClientSecret = aws.String(e.client.secret)
	}
	out, err := e.api.GetTokensFromRefreshToken(e.ctx, in)
	if err != nil {
		return nil, err
	}
	return out.AuthenticationResult, nil
}

// refresh gets new tokens in both ways (R1 to R14).
func (e *examiner) refresh(before *identity) {
	kept := func(result *types.AuthenticationResultType) {
		after := e.tokens(result, "", e.Username)
		if after == nil {
			return
		}
		for _, claim := range []string{"sub", "origin_jti", "event_id", "auth_time"} {
			e.that(after.access[claim] == before.access[claim], claim+" is not that of the sign-in")
		}
		e.that(after.access["jti"] != before.access["jti"], "jti is that of the sign-in")
	}
	e.what = "REFRESH_TOKEN_AUTH"
	out, err := e.initiate("REFRESH_TOKEN_AUTH", e.signed(map[string]string{"REFRESH_TOKEN": aws.ToString(before.result.RefreshToken)}, e.Username))
	if e.succeeded(err) {
		e.end(out.ChallengeName, out.ChallengeParameters, out.Session)
		kept(out.AuthenticationResult)
	}
	e.what = "GetTokensFromRefreshToken"
	if result, err := e.renew(before.result.RefreshToken); e.succeeded(err) {
		kept(result)
	}
	e.what = "GetTokensFromRefreshToken of none"
	_, err = e.renew(aws.String("none"))
	e.refused(err, badRefreshToken.code, badRefreshToken.text)
}

// revoke revokes twice, and tries what is left (L38, L43, R70).
func (e *examiner) revoke(signedIn *identity) {
	in := &cognitoidentityprovider.RevokeTokenInput{ClientId: aws.String(e.ClientID), Token: signedIn.result.RefreshToken}
	if e.client.secret != "" {
		e.what = "RevokeToken without the secret"
		_, err := e.api.RevokeToken(e.ctx, in)
		e.refused(err, badClientOrSecret.code, badClientOrSecret.text)
		in.ClientSecret = aws.String(e.client.secret)
	}
	for _, what := range []string{"RevokeToken", "RevokeToken again"} {
		e.what = what
		_, err := e.api.RevokeToken(e.ctx, in)
		e.succeeded(err)
	}
	e.what = "REFRESH_TOKEN_AUTH after RevokeToken"
	_, err := e.initiate("REFRESH_TOKEN_AUTH", e.signed(map[string]string{"REFRESH_TOKEN": aws.ToString(signedIn.result.RefreshToken)}, e.Username))
	e.refused(err, refreshRevoked.code, refreshRevoked.text)
	e.what = "GetTokensFromRefreshToken after RevokeToken"
	_, err = e.renew(signedIn.result.RefreshToken)
	e.refused(err, refreshRevoked.code, refreshRevoked.text)
	e.what = "GetUser after RevokeToken"
	_, err = e.api.GetUser(e.ctx, &cognitoidentityprovider.GetUserInput{AccessToken: signedIn.result.AccessToken})
	e.refused(err, accessRevoked.code, accessRevoked.text)
}

// newPassword changes a temporary password, after one that is refused, and
// answers once more (L5 to L9).
func (e *examiner) newPassword() {
	e.what = "a temporary password"
	name := e.TemporaryUsername
	start := func() (*cognitoidentityprovider.InitiateAuthOutput, error) {
		return e.initiate("USER_PASSWORD_AUTH", e.signed(map[string]string{"USERNAME": name, "PASSWORD": e.TemporaryPassword.Reveal()}, name))
	}
	out, err := start()
	if !e.succeeded(err) {
		return
	}
	e.want("ChallengeName", types.ChallengeNameTypeNewPasswordRequired, out.ChallengeName)
	e.that(out.AuthenticationResult == nil, "there is an AuthenticationResult")
	size := len(aws.ToString(out.Session))
	e.that(size >= 20 && size <= 2048, fmt.Sprintf("a Session of %d characters", size))
	params := out.ChallengeParameters
	e.want("ChallengeParameters", []string{"USER_ID_FOR_SRP", "requiredAttributes", "userAttributes"}, slices.Sorted(maps.Keys(params)))
	e.want("USER_ID_FOR_SRP", name, params["USER_ID_FOR_SRP"])
	var required []string
	e.that(json.Unmarshal([]byte(params["requiredAttributes"]), &required) == nil && required != nil, "requiredAttributes are no list in JSON")
	for _, attribute := range required {
		e.that(strings.HasPrefix(attribute, attributePrefix), "requiredAttributes lack their prefix")
	}
	var attributes map[string]string
	e.that(json.Unmarshal([]byte(params["userAttributes"]), &attributes) == nil && attributes != nil, "userAttributes are no object in JSON")
	_, ok := attributes["sub"]
	e.that(!ok, "userAttributes have sub")

	answer := func(session *string, password string) (*cognitoidentityprovider.RespondToAuthChallengeOutput, error) {
		return e.respond(types.ChallengeNameTypeNewPasswordRequired, session, e.signed(map[string]string{"USERNAME": name, "NEW_PASSWORD": password}, name))
	}
	e.what = "NEW_PASSWORD_REQUIRED without a Session"
	_, err = answer(nil, e.NewPassword.Reveal())
	e.refused(err, "InvalidParameterException", missingParameter("Session").text)
	e.what = "NEW_PASSWORD_REQUIRED with a short password"
	_, err = answer(out.Session, "aA1!aA")
	e.refused(err, passwordTooShort.code, passwordTooShort.text)
	e.what = "NEW_PASSWORD_REQUIRED with the same Session"
	done, err := answer(out.Session, e.NewPassword.Reveal())
	if e.succeeded(err) {
		e.end(done.ChallengeName, done.ChallengeParameters, done.Session)
		id, _ := awsmiddleware.GetRequestIDMetadata(done.ResultMetadata)
		e.tokens(done.AuthenticationResult, id, name)
	}
	e.what = "NEW_PASSWORD_REQUIRED once more"
	_, err = answer(out.Session, e.NewPassword.Reveal())
	e.refused(err, sessionSpent.code, sessionSpent.text)
	e.what = "a temporary password that was changed"
	_, err = start()
	e.refused(err, badCredentials.code, badCredentials.text)
}
