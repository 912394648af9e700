package challengetest

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// factorAttribute are the second factors that there are, with the attribute
// that each needs.
var factorAttribute = map[types.ChallengeNameType]string{
	types.ChallengeNameTypeSmsMfa:           "phone_number",
	types.ChallengeNameTypeEmailOtp:         "email",
	types.ChallengeNameTypeSoftwareTokenMfa: "",
}

// secondFactor returns the challenge by which u gives a second factor, or "".
func (p *pool) secondFactor(u *user) types.ChallengeNameType {
	switch {
	case p.mfa == types.UserPoolMfaTypeOff:
		return ""
	case len(u.factors) == 0 && p.mfa == types.UserPoolMfaTypeOn:
		return types.ChallengeNameTypeMfaSetup
	case len(u.factors) == 0:
		return ""
	case u.preferred != "":
		return u.preferred
	case len(u.factors) == 1:
		return u.factors[0]
	default:
		return types.ChallengeNameTypeSelectMfaType
	}
}

// canUse reports whether u has what the factor needs.
func (u *user) canUse(factor types.ChallengeNameType) bool {
	if factor == types.ChallengeNameTypeSoftwareTokenMfa {
		return u.token != nil
	}
	return u.attributes[factorAttribute[factor]] != ""
}

// activate adds a second factor.
func (u *user) activate(factor types.ChallengeNameType) {
	if !slices.Contains(u.factors, factor) {
		u.factors = append(u.factors, factor)
	}
}

// deactivate removes a second factor.
func (u *user) deactivate(factor types.ChallengeNameType) {
	u.factors = slices.DeleteFunc(u.factors, func(f types.ChallengeNameType) bool { return f == factor })
	if u.preferred == factor {
		u.preferred = ""
	}
}

type selectMFAType struct{}

func (selectMFAType) issue(c *call, s *session) (map[string]string, error) {
	return map[string]string{"MFAS_CAN_CHOOSE": string(marshal(c.signIn.user.factors))}, nil
}

func (selectMFAType) answer(c *call) (*authReply, error) {
	if err := c.require("ANSWER"); err != nil {
		return nil, err
	}
	factor := types.ChallengeNameType(c.params["ANSWER"])
	if !slices.Contains(c.signIn.user.factors, factor) {
		return nil, factorNotOffered
	}
	return c.ask(factor)
}

// An mfaSetting is one factor's part of SetUserMFAPreference.
type mfaSetting struct{ Enabled, PreferredMfa bool }

func setUserMFAPreference(c *call) (any, error) {
	u, err := c.authorize()
	if err != nil {
		return nil, err
	}
	settings := []struct {
		factor  types.ChallengeNameType
		setting *mfaSetting
	}{
		{types.ChallengeNameTypeSmsMfa, c.in.smsMFA},
		{types.ChallengeNameTypeSoftwareTokenMfa, c.in.softwareMFA},
		{types.ChallengeNameTypeEmailOtp, c.in.emailMFA},
	}
	for _, s := range settings {
		if s.setting != nil && s.setting.Enabled && (!u.canUse(s.factor) || !slices.Contains(c.secondFactors, s.factor)) {
			return nil, noDelivery(string(s.factor))
		}
	}
	for _, s := range settings {
		switch {
		case s.setting == nil:
		case !s.setting.Enabled:
			u.deactivate(s.factor)
		default:
			u.activate(s.factor)
			if s.setting.PreferredMfa {
				u.preferred = s.factor
			} else if u.preferred == s.factor {
				u.preferred = ""
			}
		}
	}
	return struct{}{}, nil
}
