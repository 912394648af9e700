package challengetest

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// TestSDKNames fails when the SDK knows a challenge or a flow that the pool
// doesn't.
func TestSDKNames(t *testing.T) {
	for _, name := range types.ChallengeNameType("").Values() {
		if name == types.ChallengeNameTypeAdminNoSrpAuth {
			continue // a flow; as a challenge it was never seen
		}
		if challenges[name] == nil {
			t.Errorf("no challenge %s", name)
		}
	}
	for _, name := range types.AuthFlowType("").Values() {
		if flows[name].start == nil {
			t.Errorf("no flow %s", name)
		}
	}
	for _, factor := range types.AuthFactorType("").Values() {
		for _, name := range firstFactors[factor] {
			if challenges[name] == nil {
				t.Errorf("no challenge %s for the first factor %s", name, factor)
			}
		}
		if firstFactors[factor] == nil {
			t.Errorf("no first factor %s", factor)
		}
	}
}
