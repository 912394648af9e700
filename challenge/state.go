package challenge

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// stateVersion is the version of the stored form. Within one version fields
// are only ever added, and what an older release does not know it must be able
// to ignore; anything else is a new version.
const stateVersion = 1

// state is the stored form of a challenge: what Cognito issued, from which the
// rest is decoded again.
type state struct {
	Version             int                       `json:"v"`
	Challenge           types.ChallengeNameType   `json:"challenge"`
	Username            string                    `json:"username"`
	Session             string                    `json:"session,omitempty"`
	DeviceKey           string                    `json:"device_key,omitempty"`
	ForgetDevice        bool                      `json:"forget_device,omitempty"`
	AvailableChallenges []types.ChallengeNameType `json:"available_challenges,omitempty"`
	Parameters          map[string]string         `json:"parameters,omitempty"`

	// SoftwareToken is the secret of MFA_SETUP that was issued by a call of its
	// own, and SoftwareTokenVerified what another call has made of the session.
	SoftwareToken         string `json:"software_token,omitempty"`
	SoftwareTokenVerified bool   `json:"software_token_verified,omitempty"`
}

// Marshal returns a challenge as versioned JSON, to be answered in a later
// request, maybe by another process of another release. Only what Cognito
// issued is in it, never what was filled in. It holds the session in plain
// text: whoever has it can answer the challenge. To hand it to a user's
// browser, use [Sealer].
//
// An [*Unknown] challenge is refused with an [*InvalidError]: the release that
// reads it could not tell what it is. So is one that makes more than 1 MiB, which
// only a CUSTOM_CHALLENGE with huge parameters could.
func Marshal(ch Challenge) ([]byte, error) {
	if isNil(ch) {
		return nil, &InvalidError{Field: "challenge", Problem: "is nil"}
	}
	if _, ok := kinds[ch.Name()]; !ok {
		return nil, &InvalidError{Challenge: ch.Name(), Field: "challenge", Problem: "is unknown and can't be stored"}
	}
	i := ch.base()
	s := state{
		Version:             stateVersion,
		Challenge:           ch.Name(),
		Username:            i.Username,
		Session:             i.Session.Reveal(),
		DeviceKey:           i.DeviceKey,
		ForgetDevice:        i.ForgetDevice,
		AvailableChallenges: i.AvailableChallenges,
		Parameters:          i.Parameters.read(),
	}
	if setup, ok := ch.(*MFASetup); ok {
		s.SoftwareToken = setup.Token.SecretCode.Reveal()
		s.SoftwareTokenVerified = setup.SoftwareTokenVerified
	}
	data, err := json.Marshal(s)
	if err == nil && len(data) > maxState {
		return nil, &InvalidError{Challenge: ch.Name(), Field: "challenge", Problem: "is too long to be stored"}
	}
	return data, err
}

// maxState is the most bytes that Marshal writes and Unmarshal looks at: far
// more than a challenge needs, and no burden to a server.
const maxState = 1 << 20

// Unmarshal reads what [Marshal] returned. The error is an [*InvalidError]
// when data is no stored challenge, is of a later version, or is a challenge
// that this release does not know, and a [*MalformedError] when its parameters
// make no sense.
func Unmarshal(data []byte) (Challenge, error) {
	invalid := func(problem string) error { return &InvalidError{Field: "data", Problem: problem} }
	if len(data) > maxState {
		return nil, invalid("is too long for a stored challenge")
	}
	var s state
	if err := json.NewDecoder(bytes.NewReader(data)).Decode(&s); err != nil {
		return nil, invalid("is no stored challenge")
	}
	if s.Version != stateVersion {
		return nil, invalid(fmt.Sprintf("is a stored challenge of version %d, expected %d", s.Version, stateVersion))
	}
	kind, ok := kinds[s.Challenge]
	if !ok {
		return nil, invalid("is a stored challenge that this release does not know")
	}
	ch := kind()
	if setup, ok := ch.(*MFASetup); ok {
		setup.Token = SoftwareToken{NewSecret(s.SoftwareToken)}
		setup.SoftwareTokenVerified = s.SoftwareTokenVerified
	}
	return decode(ch, Issued{
		Username:            s.Username,
		Session:             NewSecret(s.Session),
		DeviceKey:           s.DeviceKey,
		ForgetDevice:        s.ForgetDevice,
		AvailableChallenges: s.AvailableChallenges,
		Parameters:          NewParams(s.Parameters),
	})
}
