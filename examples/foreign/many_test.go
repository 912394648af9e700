package foreign

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// many is how many users with names and passwords at random each peer gets.
const many = 40

// randomText returns a name or password of letters that take one to four bytes,
// and of what separates things in SRP and in user pools' ids.
func randomText() string {
	alphabet := []rune("abcXYZ0189äßéλжあ漢😀:_|=+/\\\"'<&%")
	text := make([]rune, 8+rand.IntN(20))
	for i := range text {
		text[i] = alphabet[rand.IntN(len(alphabet))]
	}
	return string(text)
}

func TestManySignIns(t *testing.T) {
	config := challengetest.Config{}
	for i := range many {
		config.Users = append(config.Users, challengetest.User{
			Username: fmt.Sprint(i, randomText()),
			Password: challenge.NewSecret(randomText()),
		})
	}
	for _, script := range clients {
		t.Run(script, func(t *testing.T) {
			t.Parallel()
			client := startNode(t, ".", nil, script)
			pool, s := serve(t, config)
			for i, user := range config.Users {
				s.Username, s.Password = user.Username, user.Password.Reveal()
				wrong := i%10 == 9
				if wrong {
					s.Password += "x"
				}
				got := client.run(t, pool, s, nil)
				switch {
				case wrong && got.Error != "NotAuthorizedException: Incorrect username or password.":
					t.Errorf("%q signed in with %q: %v", s.Username, s.Password, got.Error)
				case !wrong && got.Error != "":
					t.Errorf("%q did not sign in with %q: %s", s.Username, s.Password, got.Error)
				case !wrong:
					checkUser(t, got, s.Username)
				}
			}
			t.Logf("%d sign-ins, %d of them with a wrong password", many, many/10)
		})
	}
}
