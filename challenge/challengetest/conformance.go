package challengetest

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/internal/steady"
)

// A Conformance tells [CheckConformance] what it has to know of a pool. Of its
// checks each is made if there is what it needs:
//
//	sign-in by SRP and by password,
//	refusals, refresh, revocation    Username, Password
//	sign-in by an alias              Alias, besides these
//	lock-out                         LockedOut
//	sign-in by the admin API         a user of ADMIN_USER_PASSWORD_AUTH, and AWS credentials
//	NEW_PASSWORD_REQUIRED            a user with Temporary set, and NewPassword
//	SMS_MFA, EMAIL_OTP               a user with the factor in MFA, and Answer
//	SOFTWARE_TOKEN_MFA               a user with it in MFA, and TOTPSecret
//	SELECT_MFA_TYPE                  a user with more than one factor in MFA, and no PreferredMFA
//	MFA_SETUP                        a user without MFA, while MFA is ON; by e-mail, NewEmails and Answer
//	DEVICE_SRP_AUTH and
//	DEVICE_PASSWORD_VERIFIER         a user with MFA of one of the two password flows, and
//	                                 DeviceConfiguration with ChallengeRequiredOnNewDevice
//	CUSTOM_CHALLENGE                 a user of CUSTOM_AUTH, and Answer
//	SELECT_CHALLENGE, EMAIL_OTP and
//	SMS_OTP as first factors         a user of USER_AUTH, FirstFactors, and Answer
//	WEB_AUTHN                        a user of USER_AUTH with a Password, FirstFactors, and Origin
//
// The users are those of SignIns. A recording or a pool that has less is given
// less: there is no check that another one depends on.
type Conformance struct {
	// UserPoolID, ClientID and ClientSecret are those of the pool and of an app
	// client. The client does not rotate refresh tokens and has token revocation
	// on.
	UserPoolID   string
	ClientID     string
	ClientSecret challenge.Secret // empty if the client has none

	// HidesUsers says that the client's PreventUserExistenceErrors is ENABLED.
	HidesUsers bool

	// Username and Password are those of a confirmed user who is asked for
	// nothing else, neither by USER_SRP_AUTH nor by USER_PASSWORD_AUTH, which the
	// client enables together with REFRESH_TOKEN_AUTH. Username is the user name
	// itself and no alias. If it is empty, only SignIns are examined.
	Username string
	Password challenge.Secret

	// Alias is what the user of Username can sign in by as well, such as a
	// verified e-mail address in a pool with aliases. It may be empty.
	Alias string

	// LockedOut is a user whom the check locks out, in the end, by wrong
	// passwords in USER_PASSWORD_AUTH. Username and Password are all that counts.
	// The user is nobody else here, and did not fail to sign in for 15 minutes,
	// so another run within them needs another user. If Username is empty, nobody
	// is locked out.
	LockedOut User

	// MFA, FirstFactors and DeviceConfiguration are the pool's, as in [Config],
	// but if FirstFactors is nil, there is the password alone, as in the service.
	MFA                 types.UserPoolMfaType
	FirstFactors        []types.AuthFactorType
	DeviceConfiguration *types.DeviceConfigurationType

	// Origin is that of a page on which the pool's passkeys can be used, such as
	// "https://example.com". If it is empty, no passkey is examined.
	Origin string

	// SignIns are users by the flow in which they sign in: USER_PASSWORD_AUTH,
	// USER_SRP_AUTH, ADMIN_USER_PASSWORD_AUTH (all of it by the admin API),
	// CUSTOM_AUTH (which begins with SRP for a user with a Password), or
	// USER_AUTH (which begins with each first factor in turn that the user can
	// have). A user is described as in [Config].Users, and that says what the
	// pool must ask; Status, Disabled and Sub are not looked at. Username is no
	// alias. Of several factors in MFA the first is selected.
	SignIns map[types.AuthFlowType][]User

	// NewPassword is what temporary passwords become: 8 characters at least,
	// with all kinds that a default policy asks for.
	NewPassword challenge.Secret

	// NewEmails are, by user name, the addresses that users set up when they are
	// asked MFA_SETUP. Who is not there sets up an authenticator app.
	NewEmails map[string]string

	// Answer returns the right answer to a challenge: the code of the newest
	// message to the user by SMS_MFA, SMS_OTP or EMAIL_OTP, of which the
	// parameters tell the masked destination, or ANSWER of a CUSTOM_CHALLENGE.
	// For a wrong answer one character of it is changed, or one added.
	Answer func(ctx context.Context, username string, name types.ChallengeNameType, params map[string]string) (challenge.Secret, error)
}

// CheckConformance signs in to a pool rightly and wrongly, refreshes and
// revokes, and compares what comes back with what the service was seen to do:
// which members and parameters there are and what they look like, the claims of
// the tokens, the codes, texts and HTTP status of refusals, and what becomes of a
// Session. What is not known of the service is not compared. The error joins all
// differences, and tells no password, code or token. A Conformance that makes no
// sense is an error before anything is sent.
//
// api can be a [Pool.Client], which has credentials, a client of another
// emulator, of a recording, or of the service itself. It needs credentials for
// ADMIN_USER_PASSWORD_AUTH only, and then those that allow AdminInitiateAuth and
// AdminRespondToAuthChallenge. The pool's clock must be right.
//
// A check changes its users: it changes temporary passwords and sets up
// authenticator apps and e-mail addresses, so another run needs other users for
// that, and waits for nothing, so an authenticator app needs 30 seconds between
// runs. It registers a passkey of its own and deletes it. The wrong answers are
// too few for a lock-out of anybody but LockedOut, unless runs follow each other
// within minutes. Where it is not known whether a wrong answer ends the session,
// the right one is given in another sign-in, for which the service sends another
// message.
//
// What an SDK client doesn't show is not compared: the order and the spelling
// of members, and members that it doesn't know.
func CheckConformance(ctx context.Context, api *cognitoidentityprovider.Client, c Conformance) error {
	e := &examiner{Conformance: c, ctx: ctx}
	e.api = cognitoidentityprovider.New(api.Options(), func(o *cognitoidentityprovider.Options) {
		// A reply that is lost on the way would make an answer come twice.
		o.HTTPClient = e.examineStatus(steady.Client{Doer: o.HTTPClient})
	})
	e.client = &client{id: c.ClientID, secret: c.ClientSecret.Reveal()}
	if c.FirstFactors == nil {
		c.FirstFactors = []types.AuthFactorType{types.AuthFactorTypePassword}
	}
	e.described = &pool{mfa: c.MFA, firstFactors: c.FirstFactors}
	if err := e.validate(); err != nil {
		return err
	}
	if c.Username != "" {
		e.refusals()
		e.unknownUser()
		user := User{Username: c.Username, Password: c.Password}
		e.begin(types.AuthFlowTypeUserSrpAuth, user).examine(types.ChallengeNameTypePasswordVerifier)
		e.tokensOf(user)
		if c.Alias != "" {
			e.byAlias(user)
		}
	}
	if users := c.SignIns[types.AuthFlowTypeAdminUserPasswordAuth]; len(users) > 0 {
		e.adminRefusals(users[0])
	}
	for _, flow := range slices.Sorted(maps.Keys(c.SignIns)) {
		for _, user := range c.SignIns[flow] {
			e.signIn(flow, user)
		}
	}
	if c.LockedOut.Username != "" {
		e.lockOut()
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
	described   *pool  // with the settings of the pool, to be asked what that must ask
	what        string // is being examined
	differences []error
}

// examineStatus notes each reply of another HTTP status than all have that the
// service grants or refuses by itself.
func (e *examiner) examineStatus(next steady.Doer) smithyhttp.ClientDoFunc {
	return func(r *http.Request) (*http.Response, error) {
		reply, err := next.Do(r)
		if err == nil && reply.StatusCode != http.StatusOK && reply.StatusCode != http.StatusBadRequest {
			e.differ("HTTP status: expected 200 or 400, got %d", reply.StatusCode)
		}
		return reply, err
	}
}

func (e *examiner) differ(format string, a ...any) {
	e.differences = append(e.differences, fmt.Errorf("challengetest: %s: %s", e.what, fmt.Sprintf(format, a...)))
}

// want notes a difference between two things that are no secrets, and reports
// whether there is none.
func (e *examiner) want(what string, want, got any) bool {
	same := fmt.Sprint(want) == fmt.Sprint(got)
	if !same {
		e.differ("%s: expected %v, got %v", what, want, got)
	}
	return same
}

// that notes a difference of something that must not be shown, and reports
// whether there is none.
func (e *examiner) that(ok bool, what string) bool {
	if !ok {
		e.differ("%s", what)
	}
	return ok
}

// refused notes if err is not one of these refusals. One without a text is one
// of which none is known.
func (e *examiner) refused(err error, want ...*failure) {
	var api smithy.APIError
	switch {
	case err == nil:
		e.differ("expected %s, got success", want[0].code)
	case !errors.As(err, &api):
		e.differ("expected %s, got %T", want[0].code, err)
	case !is(api, want...):
		e.differ("expected %s: %q, got %s: %q", want[0].code, want[0].text, api.ErrorCode(), api.ErrorMessage())
	}
}

// is reports whether err is one of these refusals.
func is(err error, refusals ...*failure) bool {
	var api smithy.APIError
	return errors.As(err, &api) && slices.ContainsFunc(refusals, func(f *failure) bool {
		return f.code == api.ErrorCode() && (f.text == "" || f.text == api.ErrorMessage())
	})
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

// An outcome is what the pool says in the course of a sign-in.
type outcome struct {
	name      types.ChallengeNameType
	params    map[string]string
	session   *string
	result    *types.AuthenticationResultType
	requestID string

	first     bool // by InitiateAuth or AdminInitiateAuth
	available []types.ChallengeNameType

	answer string // by Conformance.Answer, once it was asked for
}

func newOutcome(
	name types.ChallengeNameType, params map[string]string, session *string, result *types.AuthenticationResultType, metadata middleware.Metadata,
) *outcome {
	id, _ := awsmiddleware.GetRequestIDMetadata(metadata)
	return &outcome{name: name, params: params, session: session, result: result, requestID: id}
}

func (e *examiner) initiate(flow types.AuthFlowType, params map[string]string) (*outcome, error) {
	out, err := e.api.InitiateAuth(e.ctx, &cognitoidentityprovider.InitiateAuthInput{
		AuthFlow: flow, ClientId: aws.String(e.ClientID), AuthParameters: params,
	})
	if err != nil {
		return nil, err
	}
	at := newOutcome(out.ChallengeName, out.ChallengeParameters, out.Session, out.AuthenticationResult, out.ResultMetadata)
	at.first, at.available = true, out.AvailableChallenges
	return at, nil
}

func (e *examiner) adminInitiate(flow types.AuthFlowType, params map[string]string) (*outcome, error) {
	out, err := e.api.AdminInitiateAuth(e.ctx, &cognitoidentityprovider.AdminInitiateAuthInput{
		UserPoolId: aws.String(e.UserPoolID), AuthFlow: flow, ClientId: aws.String(e.ClientID), AuthParameters: params,
	})
	if err != nil {
		return nil, err
	}
	at := newOutcome(out.ChallengeName, out.ChallengeParameters, out.Session, out.AuthenticationResult, out.ResultMetadata)
	at.first, at.available = true, out.AvailableChallenges
	return at, nil
}

func (e *examiner) respond(name types.ChallengeNameType, session *string, responses map[string]string) (*outcome, error) {
	out, err := e.api.RespondToAuthChallenge(e.ctx, &cognitoidentityprovider.RespondToAuthChallengeInput{
		ChallengeName: name, ClientId: aws.String(e.ClientID), Session: session, ChallengeResponses: responses,
	})
	if err != nil {
		return nil, err
	}
	return newOutcome(out.ChallengeName, out.ChallengeParameters, out.Session, out.AuthenticationResult, out.ResultMetadata), nil
}

func (e *examiner) adminRespond(name types.ChallengeNameType, session *string, responses map[string]string) (*outcome, error) {
	out, err := e.api.AdminRespondToAuthChallenge(e.ctx, &cognitoidentityprovider.AdminRespondToAuthChallengeInput{
		UserPoolId: aws.String(e.UserPoolID), ChallengeName: name, ClientId: aws.String(e.ClientID), Session: session, ChallengeResponses: responses,
	})
	if err != nil {
		return nil, err
	}
	return newOutcome(out.ChallengeName, out.ChallengeParameters, out.Session, out.AuthenticationResult, out.ResultMetadata), nil
}

// wrongPassword is nobody's, and long enough.
var wrongPassword = challenge.NewSecret("Wr0ng passw0rd, surely!")

// refusals are what is refused before a user is looked at, and a wrong password.
func (e *examiner) refusals() {
	user := func(more ...string) map[string]string {
		params := map[string]string{"USERNAME": e.Username}
		for i := 0; i < len(more); i += 2 {
			params[more[i]] = more[i+1]
		}
		return params
	}
	wrong := wrongPassword.Reveal()
	type refusal struct {
		what   string
		flow   types.AuthFlowType
		params map[string]string
		want   *failure
	}
	all := []refusal{
		{"a wrong password", "USER_PASSWORD_AUTH", e.signed(user("PASSWORD", wrong), e.Username), badCredentials},
		{"no PASSWORD", "USER_PASSWORD_AUTH", e.signed(user(), e.Username), missingParameter("PASSWORD")},
		{"no SRP_A", "USER_SRP_AUTH", e.signed(user(), e.Username), missingParameter("SRP_A")},
		{"ADMIN_USER_PASSWORD_AUTH by InitiateAuth", "ADMIN_USER_PASSWORD_AUTH", e.signed(user("PASSWORD", wrong), e.Username), flowNotOffered},
	}
	if e.client.secret == "" {
		all = append(all,
			refusal{"no USERNAME", "USER_PASSWORD_AUTH", map[string]string{"PASSWORD": wrong}, missingParameter("USERNAME")},
			refusal{"a refresh token that is none", "REFRESH_TOKEN_AUTH", map[string]string{"REFRESH_TOKEN": "none"}, badRefreshToken},
		)
	} else {
		all = append(all,
			refusal{"no SECRET_HASH", "USER_PASSWORD_AUTH", user("PASSWORD", wrong), missingSecretHash(e.ClientID)},
			refusal{"a wrong SECRET_HASH", "USER_PASSWORD_AUTH", user("PASSWORD", wrong, "SECRET_HASH", "AAAA"), badSecretHash(e.ClientID)},
		)
	}
	for _, r := range all {
		e.what = r.what
		_, err := e.initiate(r.flow, r.params)
		e.refused(err, r.want)
	}

	e.what = "an app client that is none"
	other := e.withoutClient()
	_, err := other.initiate("USER_PASSWORD_AUTH", user("PASSWORD", wrong))
	e.refused(err, clientNotFound(other.ClientID))

	e.what = "an access token that is none"
	_, err = e.getUser(aws.String("none"))
	e.refused(err, badAccessToken)
}

// adminRefusals are those of AdminInitiateAuth: a wrong password, and an app
// client that is not the pool's (L60).
func (e *examiner) adminRefusals(user User) {
	user.Password = wrongPassword
	c := e.begin(types.AuthFlowTypeAdminUserPasswordAuth, user)
	c.say("a wrong password")
	_, err := c.initiate()
	e.refused(err, badCredentials)

	c.say("an app client that is none")
	c.examiner = e.withoutClient()
	_, err = c.initiate()
	e.refused(err, clientNotInPool(c.ClientID, e.UserPoolID))
}

// withoutClient returns one to make requests with, of an app client that is none.
func (e *examiner) withoutClient() *examiner {
	other := *e
	other.ClientID = "0000000000000000000000none"
	return &other
}

// lockedBy is the wrong password at which the lock-out was met (amazon-archives/
// amazon-cognito-identity-js#506).
const lockedBy = 8

// lockOut gives wrong passwords until they are not judged any more. Then a right
// one isn't either (#479 there), as long as the lock-out lasts.
func (e *examiner) lockOut() {
	c := e.begin(types.AuthFlowTypeUserPasswordAuth, e.LockedOut)
	c.user.Password = wrongPassword
	var failed time.Time // not later
	for n := 1; n <= lockedBy; n++ {
		c.say(fmt.Sprintf("wrong password %d", n))
		sent := time.Now()
		_, err := c.initiate()
		if n > freeFailures && is(err, passwordLocked) {
			c.say("the right password in the lock-out")
			c.user = e.LockedOut
			if _, err = c.initiate(); time.Since(failed) < time.Second<<(n-1-freeFailures) {
				e.refused(err, passwordLocked)
			}
			return
		}
		e.refused(err, badCredentials)
		failed = sent
	}
	e.differ("no lock-out")
}

// byAlias signs in by the alias, of which all that comes back tells the user
// name instead (Go SDK, AdminInitiateAuthOutput; cognito-srp-helper's tests
// against AWS).
func (e *examiner) byAlias(user User) {
	c := e.begin(types.AuthFlowTypeUserPasswordAuth, user)
	c.alias = e.Alias
	c.examine()
	c.flow = types.AuthFlowTypeUserSrpAuth
	c.examine(types.ChallengeNameTypePasswordVerifier)
}

// unknownUser looks like a user if the client hides users (A3, L11).
func (e *examiner) unknownUser() {
	user := User{Username: "nobody-" + uuid(), Password: wrongPassword}
	want := userNotFound
	if e.HidesUsers {
		want = badCredentials
	}
	c := e.begin(types.AuthFlowTypeUserPasswordAuth, user)
	e.what = "an unknown user's password"
	_, err := c.initiate()
	e.refused(err, want)

	c = e.begin(types.AuthFlowTypeUserSrpAuth, user)
	e.what = "an unknown user's proof"
	if !e.HidesUsers {
		_, err = c.initiate()
		e.refused(err, want)
		return
	}
	if !c.start() || !c.asks(types.ChallengeNameTypePasswordVerifier) {
		return
	}
	salt := c.at.params["SALT"]
	if !c.start() {
		return
	}
	e.that(c.at.params["SALT"] == salt, "SALT is another one the second time")
	if responses, ok := c.answer(false); ok {
		_, err = c.reply(responses)
		e.refused(err, badCredentials)
	}
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
	for _, claim := range accessClaims {
		_, ok := got.access[claim]
		e.that(ok, "the AccessToken has no "+claim)
	}
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
		e.that(same(got.access, got.id, claim), claim+" differs between the two tokens")
	}
	e.that(!same(got.access, got.id, "jti"), "jti is the same in the two tokens")
	e.that(!reflect.DeepEqual(got.access["sub"], got.access["username"]), "sub is the user name")
	issued, _ := got.access["iat"].(float64)
	expires, _ := got.access["exp"].(float64)
	e.want("exp-iat", result.ExpiresIn, expires-issued)
	if requestID != "" {
		e.want("event_id", requestID, got.access["event_id"])
		e.that(reflect.DeepEqual(got.access["auth_time"], got.access["iat"]), "auth_time is not iat")
	}
	return got
}

// onlyCaptured examines whether an access token has the claims that were
// captured and no others: of sign-ins with more than a password, and in pools
// that track devices, none was captured.
func (e *examiner) onlyCaptured(got *identity) {
	for claim := range got.access {
		e.that(slices.Contains(accessClaims, claim), "the AccessToken has "+claim)
	}
}

func decodePart(text string, to any) error {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, to)
}

// same reports whether a claim, which can be anything, is the same in both.
func same(a, b map[string]any, claim string) bool { return reflect.DeepEqual(a[claim], b[claim]) }

// tokensOf signs in by password, and examines what can be done with the tokens.
func (e *examiner) tokensOf(user User) {
	c := e.begin(types.AuthFlowTypeUserPasswordAuth, user)
	got := c.examine()
	if got == nil {
		return
	}
	e.what = "GetUser"
	if out, err := e.getUser(got.result.AccessToken); e.succeeded(err) {
		e.want("Username", e.Username, aws.ToString(out.Username))
		e.that(len(out.UserAttributes) > 0 && aws.ToString(out.UserAttributes[0].Name) == "sub" &&
			fmt.Sprint(got.access["sub"]) == aws.ToString(out.UserAttributes[0].Value), "UserAttributes do not begin with sub")
	}
	device := ""
	if e.DeviceConfiguration != nil {
		// Only the confirmed device of the sign-in can refresh
		// (aws-amplify/amplify-android#2490).
		e.what = "REFRESH_TOKEN_AUTH without DEVICE_KEY"
		_, err := e.renewByFlow(got, "")
		e.refused(err, deviceCannotRefresh)
		if !c.confirmDevice(got.result) {
			return
		}
		device = c.device.key
	}
	e.refresh(got, device)
	e.revoke(got, device)
}

func (e *examiner) getUser(accessToken *string) (*cognitoidentityprovider.GetUserOutput, error) {
	return e.api.GetUser(e.ctx, &cognitoidentityprovider.GetUserInput{AccessToken: accessToken})
}

// renewByFlow is REFRESH_TOKEN_AUTH, of the base user.
func (e *examiner) renewByFlow(signedIn *identity, device string) (*outcome, error) {
	params := e.signed(map[string]string{"REFRESH_TOKEN": aws.ToString(signedIn.result.RefreshToken)}, e.Username)
	if device != "" {
		params["DEVICE_KEY"] = device
	}
	return e.initiate(types.AuthFlowTypeRefreshTokenAuth, params)
}

// renew is GetTokensFromRefreshToken.
func (e *examiner) renew(token *string, device string) (*types.AuthenticationResultType, error) {
	in := &cognitoidentityprovider.GetTokensFromRefreshTokenInput{ClientId: aws.String(e.ClientID), RefreshToken: token}
	if e.client.secret != "" {
		in.ClientSecret = aws.String(e.client.secret)
	}
	if device != "" {
		in.DeviceKey = aws.String(device)
	}
	out, err := e.api.GetTokensFromRefreshToken(e.ctx, in)
	if err != nil {
		return nil, err
	}
	return out.AuthenticationResult, nil
}

// refresh gets new tokens in both ways (R1 to R14).
func (e *examiner) refresh(before *identity, device string) {
	kept := func(result *types.AuthenticationResultType) {
		after := e.tokens(result, "", e.Username)
		if after == nil {
			return
		}
		e.that(result.NewDeviceMetadata == nil, "there is a NewDeviceMetadata")
		if device == "" {
			e.onlyCaptured(after)
		}
		for _, claim := range []string{"sub", "origin_jti", "event_id", "auth_time"} {
			e.that(same(after.access, before.access, claim), claim+" is not that of the sign-in")
		}
		e.that(!same(after.access, before.access, "jti"), "jti is that of the sign-in")
	}
	e.what = "REFRESH_TOKEN_AUTH"
	if at, err := e.renewByFlow(before, device); e.succeeded(err) {
		e.end(at)
		kept(at.result)
	}
	e.what = "GetTokensFromRefreshToken"
	if result, err := e.renew(before.result.RefreshToken, device); e.succeeded(err) {
		kept(result)
	}
	e.what = "GetTokensFromRefreshToken of none"
	_, err := e.renew(aws.String("none"), device)
	e.refused(err, badRefreshToken)
}

// revoke revokes twice, and tries what is left (L38, L43, R70).
func (e *examiner) revoke(signedIn *identity, device string) {
	in := &cognitoidentityprovider.RevokeTokenInput{ClientId: aws.String(e.ClientID), Token: signedIn.result.RefreshToken}
	if e.client.secret != "" {
		e.what = "RevokeToken without the secret"
		_, err := e.api.RevokeToken(e.ctx, in)
		e.refused(err, badClientOrSecret)
		in.ClientSecret = aws.String(e.client.secret)
	}
	for _, what := range []string{"RevokeToken", "RevokeToken again"} {
		e.what = what
		_, err := e.api.RevokeToken(e.ctx, in)
		e.succeeded(err)
	}
	e.what = "REFRESH_TOKEN_AUTH after RevokeToken"
	_, err := e.renewByFlow(signedIn, device)
	e.refused(err, refreshRevoked)
	e.what = "GetTokensFromRefreshToken after RevokeToken"
	_, err = e.renew(signedIn.result.RefreshToken, device)
	e.refused(err, refreshRevoked)
	e.what = "GetUser after RevokeToken"
	_, err = e.getUser(signedIn.result.AccessToken)
	e.refused(err, accessRevoked)
}
