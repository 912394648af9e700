package challenge

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// Tokens is the last step: the user is signed in.
//
// The tokens come from the service itself, and are not verified here. A
// backend that gets them from anywhere else must verify them against the
// pool's JWKS.
type Tokens struct {
	// Username is the user's own name in the pool, as the access token has it,
	// also where the user typed an alias. SECRET_HASH of a later refresh is
	// over this name. Where the access token can't be read, it is the name
	// that the sign-in went on with.
	Username string

	// AccessToken is never empty. IDToken and RefreshToken can be.
	AccessToken  Secret
	IDToken      Secret
	RefreshToken Secret

	// TokenType is "Bearer".
	TokenType string

	// ExpiresIn is how long the access token is good from now on. It is 0 when
	// the reply did not say, as some emulators' do not.
	ExpiresIn time.Duration

	// NewDevice is not nil when the pool tracks devices and the user signed in
	// with one that it did not know. See [ConfirmDevice].
	NewDevice *NewDevice

	// ForgetDevice says that Cognito does not know the device that was given
	// any more: delete what is stored of it.
	ForgetDevice bool
}

// NewDevice is Cognito's NewDeviceMetadata: the names under which the user's
// device can be confirmed.
type NewDevice struct {
	// DeviceKey is the device's own name, DeviceGroupKey that of its group.
	DeviceKey      string
	DeviceGroupKey string
}

func (*Tokens) step() {}

func newTokens(result *types.AuthenticationResultType) *Tokens {
	t := &Tokens{
		AccessToken:  NewSecret(aws.ToString(result.AccessToken)),
		IDToken:      NewSecret(aws.ToString(result.IdToken)),
		RefreshToken: NewSecret(aws.ToString(result.RefreshToken)),
		TokenType:    aws.ToString(result.TokenType),
		ExpiresIn:    time.Duration(result.ExpiresIn) * time.Second,
	}
	if d := result.NewDeviceMetadata; d != nil {
		t.NewDevice = &NewDevice{aws.ToString(d.DeviceKey), aws.ToString(d.DeviceGroupKey)}
	}
	return t
}

// from returns a copy of the tokens as the step after before.
func (t *Tokens) from(before *Issued) (*Tokens, error) {
	if t.AccessToken.IsZero() {
		return nil, &MalformedError{Key: "AccessToken", Problem: "is missing"}
	}
	signedIn := *t
	if signedIn.Username == "" {
		signedIn.Username = usernameClaim(t.AccessToken.Reveal())
	}
	if signedIn.Username == "" {
		signedIn.Username = before.Username
	}
	signedIn.ForgetDevice = before.ForgetDevice
	return &signedIn, nil
}

// keep keeps the refresh token that led to the tokens, if none came with them.
func (t *Tokens) keep(refresh Secret) {
	if t.RefreshToken.IsZero() {
		t.RefreshToken = refresh
	}
}

// usernameClaim reads the username claim of an access token, unverified. It
// returns "" when there is none to be read.
func usernameClaim(accessToken string) string {
	parts := strings.Split(accessToken, ".")
	if len(parts) != 3 {
		return ""
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return ""
	}
	var claims struct {
		Username string `json:"username"`
	}
	if json.Unmarshal(payload, &claims) != nil {
		return ""
	}
	return claims.Username
}
