package challengetest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// A client is an app client of the pool. It doesn't change.
type client struct {
	id              string
	secret          string
	flows           []types.ExplicitAuthFlowsType
	sessionValidity time.Duration
	hidesUsers      bool
	revokes         bool // tokens
	rotates         bool // refresh tokens
	grace           time.Duration
}

// allows reports whether one of flows is enabled.
func (c *client) allows(flows []types.ExplicitAuthFlowsType) bool {
	return slices.ContainsFunc(flows, func(f types.ExplicitAuthFlowsType) bool { return slices.Contains(c.flows, f) })
}

// checkHash checks SECRET_HASH over username and says wrong when it is.
func (c *client) checkHash(username, hash string, wrong func(clientID string) *failure) error {
	switch {
	case c.secret == "" && hash == "":
		return nil
	case hash == "":
		return missingSecretHash(c.id)
	case c.secret == "" || !hmac.Equal([]byte(hash), []byte(c.hash(username))):
		return wrong(c.id)
	}
	return nil
}

// hash computes SECRET_HASH anew, lest a mistake in package secrethash be
// taken for the truth here.
func (c *client) hash(username string) string {
	mac := hmac.New(sha256.New, []byte(c.secret))
	mac.Write([]byte(username + c.id))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func (p *pool) addClient(c AppClient, problem func(field, format string, a ...any)) {
	if c.ID == "" {
		problem("client_id", "missing")
	} else if p.clients[c.ID] != nil {
		problem("client_id", "%q is there already", c.ID)
	}
	for _, f := range c.AuthFlows {
		if !slices.Contains(f.Values(), f) {
			problem("auth_flows", "unknown flow %q", f)
		}
	}
	if c.AuthSessionValidity < 0 {
		problem("auth_session_validity", "negative")
	} else if c.AuthSessionValidity == 0 {
		c.AuthSessionValidity = DefaultAuthSessionValidity
	}
	switch c.PreventUserExistenceErrors {
	case "", types.PreventUserExistenceErrorTypesLegacy, types.PreventUserExistenceErrorTypesEnabled:
	default:
		problem("prevent_user_existence_errors", "expected LEGACY or ENABLED, got %q", c.PreventUserExistenceErrors)
	}
	rotation, grace := c.RefreshTokenRotation, time.Duration(0)
	if rotation == nil {
		rotation = &types.RefreshTokenRotationType{Feature: types.FeatureTypeDisabled}
	}
	if !slices.Contains(rotation.Feature.Values(), rotation.Feature) {
		problem("refresh_token_rotation", "expected ENABLED or DISABLED, got %q", rotation.Feature)
	}
	if seconds := aws.ToInt32(rotation.RetryGracePeriodSeconds); seconds < 0 || seconds > 60 {
		problem("refresh_token_rotation", "expected a grace period of 0 to 60 seconds, got %d", seconds)
	} else {
		grace = time.Duration(seconds) * time.Second
	}
	if c.AuthFlows == nil {
		c.AuthFlows = []types.ExplicitAuthFlowsType{
			types.ExplicitAuthFlowsTypeAllowUserSrpAuth,
			types.ExplicitAuthFlowsTypeAllowCustomAuth,
			types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth,
		}
	}
	p.clients[c.ID] = &client{
		id:              c.ID,
		secret:          c.Secret.Reveal(),
		flows:           slices.Clone(c.AuthFlows),
		sessionValidity: c.AuthSessionValidity,
		hidesUsers:      c.PreventUserExistenceErrors == types.PreventUserExistenceErrorTypesEnabled,
		revokes:         !c.DisableTokenRevocation,
		rotates:         rotation.Feature == types.FeatureTypeEnabled,
		grace:           grace,
	}
}
