package foreign

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

func TestDevices(t *testing.T) {
	code := []turn{{"code by SMS to +*******0100", newest}}
	for _, script := range clients {
		t.Run(script, func(t *testing.T) {
			t.Parallel()
			client := startNode(t, ".", nil, script)
			for _, onPrompt := range []bool{false, true} {
				name := "remembered always"
				if onPrompt {
					name = "remembered on prompt"
				}
				t.Run(name, func(t *testing.T) {
					pool, s := serve(t, challengetest.Config{
						Users: withMFA(types.ChallengeNameTypeSmsMfa),
						DeviceConfiguration: &types.DeviceConfigurationType{
							ChallengeRequiredOnNewDevice:     true,
							DeviceOnlyRememberedOnUserPrompt: onPrompt,
						},
					})
					s.Refresh = true
					signIn := func(name string, turns []turn, want int) (devices []types.DeviceType) {
						t.Helper()
						got := client.run(t, pool, s, turns)
						if got.Error != "" {
							t.Fatalf("%s: %s", name, got.Error)
						}
						checkUser(t, got, "alice")
						out, err := pool.Client().AdminListDevices(t.Context(), &cognitoidentityprovider.AdminListDevicesInput{
							UserPoolId: aws.String(pool.UserPoolID()),
							Username:   aws.String("alice"),
						})
						if err != nil {
							t.Fatal(err)
						}
						if len(out.Devices) != want {
							t.Errorf("%s: alice has %d devices, want %d", name, len(out.Devices), want)
						}
						return out.Devices
					}

					// A device that is confirmed, but not remembered, gets the
					// user nothing.
					signIn("new device", code, 1)
					s.Keep = true
					if onPrompt {
						s.Remember = true
						signIn("confirmed device", code, 1)
						s.Remember = false
					}
					devices := signIn("remembered device", nil, 1)

					_, err := pool.Client().AdminForgetDevice(t.Context(), &cognitoidentityprovider.AdminForgetDeviceInput{
						UserPoolId: aws.String(pool.UserPoolID()),
						Username:   aws.String("alice"),
						DeviceKey:  devices[0].DeviceKey,
					})
					if err != nil {
						t.Fatal(err)
					}
					signIn("forgotten device", code, 1)
				})
			}
		})
	}
}
