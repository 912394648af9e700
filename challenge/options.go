package challenge

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// CallOptions are the optional settings of one [Client.Start] or
// [Client.Respond]. They apply to every call to Cognito that is made inside,
// and must be given to each step of a sign-in anew.
type CallOptions struct {
	// ContextData describes the user's request for threat protection. Only
	// [Admin] sends it. When it is set, none of its members but EncodedData may
	// be nil.
	ContextData *types.ContextDataType

	// UserContextData is the same for [Public].
	UserContextData *types.UserContextDataType

	// ClientMetadata goes to the pool's Lambda triggers. Cognito neither
	// stores, checks nor encrypts it. What is given to Start reaches other
	// triggers than what is given to Respond, so give it to both.
	ClientMetadata map[string]string

	// AnalyticsEndpointID is an Amazon Pinpoint endpoint, for pools with an
	// analytics configuration.
	AnalyticsEndpointID string

	// Device is the user's remembered device, or nil. Its key goes with every
	// call, and DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER are answered with
	// it at whatever step they come. When Cognito has forgotten the device, the
	// call is repeated without it, and the next step says ForgetDevice.
	Device *Device

	// SDK are passed on to the SDK's call.
	SDK []func(*cip.Options)
}

func newCallOptions(optFns []func(*CallOptions)) CallOptions {
	var o CallOptions
	for _, fn := range optFns {
		if fn != nil {
			fn(&o)
		}
	}
	return o
}

func (o *CallOptions) analytics() *types.AnalyticsMetadataType {
	if o.AnalyticsEndpointID == "" {
		return nil
	}
	return &types.AnalyticsMetadataType{AnalyticsEndpointId: aws.String(o.AnalyticsEndpointID)}
}

// check says what is wrong with the options. blame names the call that they
// were given to.
func (o *CallOptions) check(blame InvalidError) error {
	f := newForm(blame)
	for _, key := range slices.Sorted(maps.Keys(o.ClientMetadata)) {
		if problem := cmp.Or(unfit(key), unfit(o.ClientMetadata[key])); problem != "" {
			f.fail(fmt.Sprintf("ClientMetadata[%q]", key), "ClientMetadata", problem)
		}
	}
	if c := o.ContextData; c != nil {
		for _, member := range []struct {
			name    string
			missing bool
		}{
			{"ContextData.IpAddress", c.IpAddress == nil},
			{"ContextData.ServerName", c.ServerName == nil},
			{"ContextData.ServerPath", c.ServerPath == nil},
			{"ContextData.HttpHeaders", c.HttpHeaders == nil},
		} {
			if member.missing {
				f.fail(member.name, member.name, "is required")
			}
		}
	}
	if d := o.Device; d != nil {
		f.require("Device.DeviceKey", "DEVICE_KEY", d.DeviceKey)
		f.require("Device.DeviceGroupKey", "", d.DeviceGroupKey)
		f.require("Device.Password", "", d.Password.Reveal())
	}
	_, err := f.done()
	return err
}
