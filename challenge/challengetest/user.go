package challengetest

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/srp/srptest"
)

// A user is a user of the pool.
type user struct {
	name       string // the internal one, USER_ID_FOR_SRP
	sub        string
	temporary  bool // the password must be changed
	attributes map[string]string
	required   []string // attributes that a first sign-in must give
	signedIn   bool     // once
	status     types.UserStatusType
	factors    []types.ChallengeNameType
	preferred  types.ChallengeNameType

	password    string
	previous    []string  // passwords, newest first
	passwordSet time.Time // when
	srp         srpRecord

	passwordLock, codeLock lockout

	disabled bool
	signOuts int       // from everywhere
	devices  []*device // confirmed

	token        *softwareToken // enrolled; nil if none
	pendingToken *softwareToken // associated and not verified yet

	passkeys     []*registeredPasskey
	registration *registration // of one more, started; nil if none

	// newestCode is the last challenge of each name that sent a code: a newer
	// code makes older ones useless (aws/aws-sdk-java#2018).
	newestCode map[types.ChallengeNameType]*session
}

// An srpRecord is what a server keeps of a password for SRP.
type srpRecord struct {
	salt     string
	verifier func() ([]byte, error) // takes milliseconds when first called
}

func newSRPRecord(scope, identity, password string, salt []byte) srpRecord {
	text := hex.EncodeToString(salt)
	return srpRecord{text, sync.OnceValues(func() ([]byte, error) {
		return srptest.Verifier(scope, identity, password, text)
	})}
}

const saltSize = 16

func (u *user) setPassword(scope, password string, at time.Time) {
	if u.password != "" {
		u.previous = slices.Insert(u.previous, 0, u.password)
	}
	u.password, u.passwordSet = password, at
	if password == "" {
		// Nobody can sign in with this one.
		password = hex.EncodeToString(random(32))
	}
	u.srp = newSRPRecord(scope, u.name, password, random(saltSize))
}

func (u *user) hasPassword(password string) bool {
	return u.password != "" && subtle.ConstantTimeCompare([]byte(u.password), []byte(password)) == 1
}

// pretend returns the record of a user that is not there. The service makes it
// look real: the salt of a name is always the same in a pool, whatever the app
// client (radkawar/stackd, captured 2026-09-24).
func (p *pool) pretend(name string) srpRecord {
	seed := p.seed(name)
	return newSRPRecord(p.scope, name, hex.EncodeToString(seed[saltSize:]), seed[:saltSize])
}

// seed returns what looks random and is always the same for a name.
func (p *pool) seed(name string) []byte {
	mac := hmac.New(sha256.New, p.pretence)
	mac.Write([]byte(name))
	return mac.Sum(nil)
}

// find returns the user that a person means by name, or nil.
func (p *pool) find(name string) *user {
	if u := p.users[name]; u != nil {
		return u
	}
	return p.aliased[name]
}

// lookUp is find for a test, which is told when there is no such user.
func (p *pool) lookUp(username string) (*user, error) {
	u := p.find(username)
	if u == nil {
		return nil, fmt.Errorf("challengetest: no user %q", username)
	}
	return u, nil
}

// list makes u known by all its aliases, and unlist by none.
func (p *pool) list(u *user) {
	for _, alias := range p.aliasesIn(u.attributes) {
		p.aliased[alias] = u
	}
}

func (p *pool) unlist(u *user) {
	for _, alias := range p.aliasesIn(u.attributes) {
		delete(p.aliased, alias)
	}
}

// aliasesIn ranges over those of a user's attributes that hold what the user
// can sign in by, besides the user name.
func (p *pool) aliasesIn(attributes map[string]string) iter.Seq2[string, string] {
	return func(yield func(attribute, alias string) bool) {
		for _, name := range p.signInBy {
			if alias := attributes[string(name)]; alias != "" && !yield(string(name), alias) {
				return
			}
		}
		for _, name := range p.aliases {
			alias := attributes[string(name)]
			usable := name == types.AliasAttributeTypePreferredUsername || attributes[string(name)+"_verified"] == "true"
			if alias != "" && usable && !yield(string(name), alias) {
				return
			}
		}
	}
}

// setAttributes gives u more attributes, unless one is another's alias.
func (p *pool) setAttributes(u *user, given map[string]string) error {
	attributes := maps.Clone(u.attributes)
	maps.Copy(attributes, given)
	for attribute, alias := range p.aliasesIn(attributes) {
		if other := p.find(alias); other != nil && other != u {
			return aliasExists(attribute)
		}
	}
	p.unlist(u)
	u.attributes = attributes
	p.list(u)
	return nil
}

// Cognito's defaults of a password policy.
const (
	defaultMinimumLength     = 8
	defaultTemporaryValidity = 7 // days
)

// passwordExpired reports whether u has a temporary password that is too old.
func (p *pool) passwordExpired(u *user, now time.Time) bool {
	days := int(p.policy.TemporaryPasswordValidityDays)
	if days == 0 {
		days = defaultTemporaryValidity
	}
	return u.temporary && now.Sub(u.passwordSet) >= time.Duration(days)*24*time.Hour
}

// checkHistory refuses one of the user's last passwords, the present one
// included.
func (p *pool) checkHistory(u *user, password string) error {
	last := append([]string{u.password}, u.previous...)
	if n := int(*p.policy.PasswordHistorySize); slices.Contains(last[:min(n, len(last))], password) {
		return passwordUsed
	}
	return nil
}

// checkPolicy returns what is wrong with a new password.
func (p *pool) checkPolicy(password string) error {
	lacks := func(class func(rune) bool) bool { return !strings.ContainsFunc(password, class) }
	switch {
	case len([]rune(password)) < int(*p.policy.MinimumLength):
		return passwordTooShort
	case p.policy.RequireUppercase && lacks(unicode.IsUpper):
		return passwordNoUpper
	case p.policy.RequireLowercase && lacks(unicode.IsLower):
		return passwordNoLower
	case p.policy.RequireNumbers && lacks(unicode.IsDigit):
		return passwordNoNumber
	case p.policy.RequireSymbols && lacks(isSymbol):
		return passwordNoSymbol
	}
	return nil
}

// isSymbol follows the developer guide, "Adding user pool password
// requirements"; a space counts there unless it is the first or last one.
func isSymbol(r rune) bool {
	return strings.ContainsRune("^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+= ", r)
}

func (p *pool) addUser(u User, problem func(field, format string, a ...any)) {
	in := &user{
		name:       u.Username,
		sub:        u.Sub,
		temporary:  u.Temporary,
		disabled:   u.Disabled,
		status:     u.Status,
		attributes: make(map[string]string),
		required:   slices.Clone(u.RequiredAttributes),
		factors:    slices.Clone(u.MFA),
		preferred:  u.PreferredMFA,
		newestCode: make(map[types.ChallengeNameType]*session),
	}
	if in.sub == "" {
		in.sub = uuid()
	}
	for name, value := range u.Attributes {
		if name == "" || name == "sub" {
			problem("attributes", "%q can't be set", name)
		}
		in.attributes[name] = value
	}
	if u.Username == "" {
		problem("username", "missing")
	} else if len(p.signInBy) > 0 {
		attribute := types.UsernameAttributeTypeEmail
		if strings.HasPrefix(u.Username, "+") {
			attribute = types.UsernameAttributeTypePhoneNumber
		}
		switch given, ok := in.attributes[string(attribute)]; {
		case !slices.Contains(p.signInBy, attribute),
			attribute == types.UsernameAttributeTypeEmail && !strings.Contains(u.Username, "@"):
			problem("username", "expected what the pool's username_attributes allow, got %q", u.Username)
		case ok && given != u.Username:
			problem("attributes", "expected %s to be the username %q, got %q", attribute, u.Username, given)
		}
		in.attributes[string(attribute)] = u.Username
		in.name = in.sub
	}
	if u.Username != "" && (p.find(u.Username) != nil || p.find(in.name) != nil) {
		problem("username", "%q is there already", u.Username)
	}
	for _, alias := range p.aliasesIn(in.attributes) {
		if other := p.find(alias); other != nil {
			problem("attributes", "%q is an alias of user %q already", alias, other.name)
		}
	}
	for i, name := range u.RequiredAttributes {
		if name == "" || strings.HasPrefix(name, attributePrefix) {
			problem("required_attributes", "expected a name without %q, got %q at %d", attributePrefix, name, i)
		}
	}

	if u.TOTPSecret.IsZero() {
		if slices.Contains(u.MFA, types.ChallengeNameTypeSoftwareTokenMfa) {
			in.token = newSoftwareToken(random(totpSecretSize))
		}
	} else if key, err := decodeTOTPSecret(u.TOTPSecret); err != nil {
		problem("totp_secret", "expected base32")
	} else {
		in.token = newSoftwareToken(key)
	}
	for i, factor := range u.MFA {
		switch attribute, ok := factorAttribute[factor]; {
		case !ok:
			problem("mfa", "expected SMS_MFA, SOFTWARE_TOKEN_MFA or EMAIL_OTP, got %q", factor)
		case slices.Contains(u.MFA[:i], factor):
			problem("mfa", "%s is there twice", factor)
		case !slices.Contains(p.secondFactors, factor):
			problem("mfa", "%s is not one of the pool's second factors", factor)
		case attribute != "" && in.attributes[attribute] == "":
			problem("mfa", "%s needs the attribute %s", factor, attribute)
		}
	}
	if u.PreferredMFA != "" && !slices.Contains(u.MFA, u.PreferredMFA) {
		problem("preferred_mfa", "%q is not one of the user's factors", u.PreferredMFA)
	}
	switch u.Status {
	case "":
		if in.status = types.UserStatusTypeConfirmed; u.Temporary {
			in.status = types.UserStatusTypeForceChangePassword
		}
	case types.UserStatusTypeUnconfirmed, types.UserStatusTypeResetRequired:
		if u.Temporary {
			problem("status", "a temporary password makes it FORCE_CHANGE_PASSWORD, got %q", u.Status)
		}
	default:
		problem("status", "expected UNCONFIRMED, RESET_REQUIRED or nothing, got %q", u.Status)
	}
	in.setPassword(p.scope, u.Password.Reveal(), p.now())
	p.users[in.name] = in
	p.list(in)
}
