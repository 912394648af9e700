package main

import (
	"io"
	"strings"

	"rsc.io/qr"

	"github.com/cognito-go/cognitoauth/challenge"
)

// quiet is the width of the margin that the standard wants around a QR code,
// in modules.
const quiet = 4

// drawQR draws text as a QR code. A character is two modules high, and what it
// draws is the light modules, as suits a dark terminal.
func drawQR(to io.Writer, text challenge.Secret) error {
	code, err := qr.Encode(text.Reveal(), qr.L)
	if err != nil {
		return err
	}
	var b strings.Builder
	for y := -quiet; y < code.Size+quiet; y += 2 {
		for x := -quiet; x < code.Size+quiet; x++ {
			switch top, bottom := code.Black(x, y), code.Black(x, y+1); {
			case top && bottom:
				b.WriteRune(' ')
			case top:
				b.WriteRune('▄')
			case bottom:
				b.WriteRune('▀')
			default:
				b.WriteRune('█')
			}
		}
		b.WriteByte('\n')
	}
	_, err = io.WriteString(to, b.String())
	return err
}
