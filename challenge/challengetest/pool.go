package challengetest

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/srp"
)

// Defaults of [Config] and [AppClient]. The last is the service's.
const (
	DefaultUserPoolID          = "eu-west-1_Test00001"
	DefaultClientID            = "client"
	DefaultAuthSessionValidity = 3 * time.Minute
)

// Config describes a user pool. The zero value is a pool with one app client,
// [DefaultClientID], and no users. [NewPool] copies all that it is given.
type Config struct {
	// UserPoolID is the pool's id. If empty, it is DefaultUserPoolID.
	UserPoolID string

	// Clients are the pool's app clients. If there are none, the pool has one
	// without a secret, DefaultClientID, in which every flow is enabled.
	Clients []AppClient

	// Users are the pool's users. There can't be more later.
	Users []User

	// MFA says whether users are asked for a second factor: never (OFF), when
	// they have one (OPTIONAL), or always, so that those without one have to
	// set it up (ON). If empty, it is OPTIONAL.
	MFA types.UserPoolMfaType

	// SecondFactors are what users can have and set up, in the order in which
	// MFA_SETUP lists them: SMS_MFA, SOFTWARE_TOKEN_MFA, EMAIL_OTP. If nil,
	// all three; if empty, none.
	SecondFactors []types.ChallengeNameType

	// FirstFactors are what users of USER_AUTH can choose from, if they have
	// what it takes: PASSWORD, EMAIL_OTP, SMS_OTP, WEB_AUTHN. If nil, all four,
	// while the service allows the password alone unless told otherwise. Users
	// with a second factor can choose the password only.
	FirstFactors []types.AuthFactorType

	// WebAuthn says whose passkeys users have. If its RelyingPartyId is nil,
	// it is DefaultRelyingPartyID; if its UserVerification is empty,
	// "preferred". That passkeys count as two factors is not modelled.
	//
	// Origins are those by HTTPS of the relying party's domain and of domains
	// below it; on localhost and below, HTTP will do. Ports are not restricted.
	WebAuthn types.WebAuthnConfigurationType

	// UsernameAttributes makes the pool one whose users sign in by e-mail
	// address or phone number instead of a user name. Then User.Username is
	// such an address, and the user name is the user's sub.
	UsernameAttributes []types.UsernameAttributeType

	// AliasAttributes are what users can sign in by besides their user name.
	// As in the service, an e-mail address or phone number is an alias only if
	// its attribute email_verified or phone_number_verified is "true".
	AliasAttributes []types.AliasAttributeType

	// PasswordPolicy is what a new password must satisfy, and for how long a
	// temporary one is good: its numbers can be what the service's API takes,
	// MinimumLength 6 to 99 or nil for 8, PasswordHistorySize 0 to 24,
	// TemporaryPasswordValidityDays 1 to 365 or 0 for 7. If nil, it is Cognito's
	// default: 8 characters, upper case, lower case, a number and a symbol.
	// Passwords of Users are not checked.
	PasswordPolicy *types.PasswordPolicyType

	// DeviceConfiguration makes the pool track users' devices. If nil, it does
	// not. With its zero value each device is remembered as soon as it is
	// confirmed; with DeviceOnlyRememberedOnUserPrompt it takes
	// UpdateDeviceStatus. With ChallengeRequiredOnNewDevice a remembered device
	// takes the place of the second factor.
	//
	// As in the service, a user can then refresh only with the DEVICE_KEY of a
	// confirmed device.
	DeviceConfiguration *types.DeviceConfigurationType

	// Triggers are the pool's Lambda triggers. CUSTOM_AUTH needs them.
	Triggers Triggers

	// Now is the pool's clock. If nil, it is time.Now. Several goroutines can
	// call it at once, with the pool locked: it must not use the pool.
	Now func() time.Time

	// OnMessage is told of each message when it has been sent, before the
	// request that caused it is answered. It may use the pool. It can be called
	// by several goroutines at once. May be nil.
	OnMessage func(Message)
}

// AppClient describes an app client of a pool.
type AppClient struct {
	// ID is the client id. It is required.
	ID string

	// Secret is the client secret. If it is empty, the client has none.
	Secret challenge.Secret

	// AuthFlows are the enabled flows. If nil, they are what the service
	// enables: ALLOW_USER_SRP_AUTH, ALLOW_CUSTOM_AUTH, ALLOW_REFRESH_TOKEN_AUTH.
	// To enable all there are, use types.ExplicitAuthFlowsType("").Values(). If
	// empty, no flow is enabled.
	AuthFlows []types.ExplicitAuthFlowsType

	// AuthSessionValidity is how long each challenge can be answered. If zero,
	// it is DefaultAuthSessionValidity. The service allows 3 to 15 minutes, the
	// pool any.
	AuthSessionValidity time.Duration

	// PreventUserExistenceErrors says what a sign-in of an unknown user looks
	// like: UserNotFoundException (LEGACY), or the same as one with a wrong
	// password (ENABLED). If empty, it is LEGACY, as in the service's API.
	PreventUserExistenceErrors types.PreventUserExistenceErrorTypes

	// RefreshTokenRotation makes GetTokensFromRefreshToken return a new refresh
	// token each time, and REFRESH_TOKEN_AUTH refuse. Its
	// RetryGracePeriodSeconds are 0 to 60, or nil for 0. If it is nil itself,
	// refresh tokens don't rotate.
	RefreshTokenRotation *types.RefreshTokenRotationType

	// DisableTokenRevocation makes RevokeToken refuse, and tokens lack the
	// claims that revocation needs.
	DisableTokenRevocation bool
}

// User describes a user of a pool.
type User struct {
	// Username is the user name or, in a pool with UsernameAttributes, the
	// e-mail address or phone number. It is required.
	Username string

	// Password is the password. A user without one can't sign in by password.
	Password challenge.Secret

	// Temporary makes the password one that must be changed at the first
	// sign-in, by NEW_PASSWORD_REQUIRED. Its age counts from NewPool.
	Temporary bool

	// Status is UNCONFIRMED or RESET_REQUIRED for a user who can't sign in by
	// password yet. If empty, it is CONFIRMED, or FORCE_CHANGE_PASSWORD where
	// Temporary is set.
	Status types.UserStatusType

	// Disabled makes the user one that AdminDisableUser disabled.
	Disabled bool

	// Attributes are the user's attributes, for example email, email_verified
	// ("true"), phone_number and name. Sub is not one of them.
	Attributes map[string]string

	// RequiredAttributes are what NEW_PASSWORD_REQUIRED asks for, without the
	// prefix "userAttributes.". Those that Attributes has are not asked for.
	RequiredAttributes []string

	// MFA are the user's active second factors: SMS_MFA (needs a phone_number),
	// SOFTWARE_TOKEN_MFA, EMAIL_OTP (needs an email).
	MFA []types.ChallengeNameType

	// PreferredMFA is the one of several factors in MFA that is asked for. If
	// empty, the user is asked to choose, by SELECT_MFA_TYPE.
	PreferredMFA types.ChallengeNameType

	// TOTPSecret is the secret of the user's authenticator app, in base32 as
	// [TOTP] takes it. If it is empty and MFA has SOFTWARE_TOKEN_MFA, it is a
	// random one; [Pool.TOTPCode] is the app.
	TOTPSecret challenge.Secret

	// Sub is the user's immutable identifier. If empty, it is a random UUID.
	Sub string
}

// A Pool is a user pool. It is safe for concurrent use. Printing it shows
// nothing of its users.
type Pool struct {
	// A closure is the one thing that fmt doesn't look into, wherever the Pool
	// is kept.
	open func() *pool
}

// pool is what a Pool stands for.
type pool struct {
	id               string
	scope            string // the part of id that SRP uses
	now              func() time.Time
	mfa              types.UserPoolMfaType
	secondFactors    []types.ChallengeNameType
	firstFactors     []types.AuthFactorType
	rpID             string // whose passkeys users have
	userVerification types.UserVerificationType
	policy           types.PasswordPolicyType
	signInBy         []types.UsernameAttributeType
	aliases          []types.AliasAttributeType
	tracking         *types.DeviceConfigurationType // of devices; nil if there is none
	triggers         Triggers
	onMessage        func(Message)
	clients          map[string]*client
	pretence         []byte // the key from which simulated users are made

	mu       sync.Mutex       // guards all that follows, and the users
	users    map[string]*user // by user name
	aliased  map[string]*user // by what else they sign in with
	sessions vault[*session]  // by Session
	blocks   vault[*session]  // PASSWORD_VERIFIER, by SECRET_BLOCK
	grants   vault[*grant]    // by refresh token
	signIns  vault[*grant]    // by event_id
	named    vault[*device]   // in NewDeviceMetadata, by device key

	pretendedLocks vault[*lockout] // of those who are not there, by name

	outbox []Message
	faults []*Fault
	calls  []Call
}

// poolIDs is the constraint of the service's API.
var poolIDs = regexp.MustCompile(`^[\w-]+_[0-9a-zA-Z]+$`)

// NewPool returns the pool that config describes. The error names every
// problem and where it is, such as "users[1].username".
func NewPool(config Config) (*Pool, error) {
	p := &pool{
		id:            config.UserPoolID,
		now:           config.Now,
		mfa:           config.MFA,
		secondFactors: slices.Clone(config.SecondFactors),
		firstFactors:  slices.Clone(config.FirstFactors),
		policy: types.PasswordPolicyType{
			RequireLowercase: true, RequireNumbers: true, RequireSymbols: true, RequireUppercase: true,
		},
		signInBy:  slices.Clone(config.UsernameAttributes),
		aliases:   slices.Clone(config.AliasAttributes),
		triggers:  config.Triggers,
		onMessage: config.OnMessage,
		clients:   make(map[string]*client),
		pretence:  random(32),
		users:     make(map[string]*user),
		aliased:   make(map[string]*user),
	}
	if p.id == "" {
		p.id = DefaultUserPoolID
	}
	if p.now == nil {
		p.now = time.Now
	}
	if p.mfa == "" {
		p.mfa = types.UserPoolMfaTypeOptional
	}
	if config.SecondFactors == nil {
		p.secondFactors = []types.ChallengeNameType{
			types.ChallengeNameTypeSmsMfa, types.ChallengeNameTypeSoftwareTokenMfa, types.ChallengeNameTypeEmailOtp,
		}
	}
	if config.FirstFactors == nil {
		p.firstFactors = types.AuthFactorType("").Values()
	}
	if config.PasswordPolicy != nil {
		p.policy = *config.PasswordPolicy
	}
	minimum := int32(defaultMinimumLength)
	if p.policy.MinimumLength != nil {
		minimum = *p.policy.MinimumLength
	}
	p.policy.MinimumLength, p.policy.PasswordHistorySize = &minimum, aws.Int32(aws.ToInt32(p.policy.PasswordHistorySize))
	if config.DeviceConfiguration != nil {
		tracking := *config.DeviceConfiguration
		p.tracking = &tracking
	}
	if p.onMessage == nil {
		p.onMessage = func(Message) {}
	}

	var problems []error
	problem := func(format string, a ...any) { problems = append(problems, fmt.Errorf("challengetest: "+format, a...)) }

	scope, err := srp.PoolName(p.id)
	if err != nil || !poolIDs.MatchString(p.id) {
		problem("user_pool_id: expected a region, an underscore, and letters and digits, got %q", p.id)
	}
	p.scope = scope
	if !slices.Contains(p.mfa.Values(), p.mfa) {
		problem("mfa: expected OFF, OPTIONAL or ON, got %q", p.mfa)
	}
	for _, n := range []struct {
		field      string
		value      int32
		least, max int32
	}{
		{"minimum_length", minimum, 6, 99},
		{"password_history_size", *p.policy.PasswordHistorySize, 0, 24},
		{"temporary_password_validity_days", p.policy.TemporaryPasswordValidityDays, 0, 365},
	} {
		if n.value < n.least || n.value > n.max {
			problem("password_policy.%s: expected %d to %d, got %d", n.field, n.least, n.max, n.value)
		}
	}
	for i, factor := range p.secondFactors {
		if _, ok := factorAttribute[factor]; !ok {
			problem("second_factors[%d]: expected SMS_MFA, SOFTWARE_TOKEN_MFA or EMAIL_OTP, got %q", i, factor)
		}
	}
	if p.rpID = DefaultRelyingPartyID; config.WebAuthn.RelyingPartyId != nil {
		p.rpID = *config.WebAuthn.RelyingPartyId
	}
	if !domains.MatchString(p.rpID) {
		problem("web_authn.relying_party_id: expected a domain, got %q", p.rpID)
	}
	if p.userVerification = config.WebAuthn.UserVerification; p.userVerification == "" {
		p.userVerification = types.UserVerificationTypePreferred
	}
	if !slices.Contains(p.userVerification.Values(), p.userVerification) {
		problem("web_authn.user_verification: expected required or preferred, got %q", p.userVerification)
	}
	switch f := config.WebAuthn.FactorConfiguration; f {
	case "", types.WebAuthnFactorConfigurationTypeSingleFactor:
	default:
		problem("web_authn.factor_configuration: expected SINGLE_FACTOR, got %q", f)
	}
	if len(p.firstFactors) == 0 {
		problem("first_factors: expected at least one")
	}
	for i, factor := range p.firstFactors {
		if !slices.Contains(factor.Values(), factor) {
			problem("first_factors[%d]: expected PASSWORD, EMAIL_OTP, SMS_OTP or WEB_AUTHN, got %q", i, factor)
		}
	}
	for i, a := range p.signInBy {
		if !slices.Contains(a.Values(), a) {
			problem("username_attributes[%d]: expected email or phone_number, got %q", i, a)
		}
	}
	for i, a := range p.aliases {
		if !slices.Contains(a.Values(), a) {
			problem("alias_attributes[%d]: expected email, phone_number or preferred_username, got %q", i, a)
		}
	}
	if len(p.signInBy) > 0 && len(p.aliases) > 0 {
		problem("alias_attributes: a pool with username_attributes has no aliases")
	}

	if len(config.Clients) == 0 {
		config.Clients = []AppClient{{ID: DefaultClientID, AuthFlows: types.ExplicitAuthFlowsType("").Values()}}
	}
	for i, c := range config.Clients {
		where := fmt.Sprintf("clients[%d]", i)
		p.addClient(c, func(field, format string, a ...any) {
			problem("%s.%s: %s", where, field, fmt.Sprintf(format, a...))
		})
	}
	for i, u := range config.Users {
		where := fmt.Sprintf("users[%d]", i)
		p.addUser(u, func(field, format string, a ...any) {
			problem("%s.%s: %s", where, field, fmt.Sprintf(format, a...))
		})
	}
	if problems != nil {
		return nil, errors.Join(problems...)
	}
	return &Pool{func() *pool { return p }}, nil
}

// UserPoolID returns the pool's id.
func (p *Pool) UserPoolID() string { return p.open().id }

// Issuer returns the issuer of the pool's tokens, their claim "iss".
func (p *Pool) Issuer() string { return p.open().issuer() }

// JWKS returns the JSON Web Key Set that verifies the pool's tokens. Handler
// serves it at /<user pool id>/.well-known/jwks.json.
//
// RSA keys take long to make, so all pools of a process sign with the same
// two, made when first needed: one for ID tokens, one for access tokens.
func (p *Pool) JWKS() []byte { return jwks() }

// Messages returns a copy of all messages sent so far, oldest first.
func (p *Pool) Messages() []Message {
	in := p.open()
	in.mu.Lock()
	defer in.mu.Unlock()
	return slices.Clone(in.outbox)
}

// MessageCode returns the code of the newest message to a user. username may be
// an alias. The error says that there is no such user, or no message.
func (p *Pool) MessageCode(username string) (challenge.Secret, error) {
	in := p.open()
	in.mu.Lock()
	defer in.mu.Unlock()
	u, err := in.lookUp(username)
	if err != nil {
		return challenge.Secret{}, err
	}
	for _, m := range slices.Backward(in.outbox) {
		if m.Username == u.name {
			return m.Code, nil
		}
	}
	return challenge.Secret{}, fmt.Errorf("challengetest: no message to user %q", username)
}

// TOTPCode returns the code that the user's authenticator app shows now: that
// of the token being enrolled, else of the enrolled one. username may be an
// alias. A code is accepted once, so within the same 30 seconds it is of no
// use a second time; the next one, by [TOTP], is already accepted. The error
// says that there is no such user, or that the user has no app.
func (p *Pool) TOTPCode(username string) (challenge.Secret, error) {
	in := p.open()
	in.mu.Lock()
	defer in.mu.Unlock()
	u, err := in.lookUp(username)
	if err != nil {
		return challenge.Secret{}, err
	}
	token := u.pendingToken
	if token == nil {
		token = u.token
	}
	if token == nil {
		return challenge.Secret{}, fmt.Errorf("challengetest: user %q has no software token", username)
	}
	return challenge.NewSecret(totp(token.key, step(in.now()))), nil
}
