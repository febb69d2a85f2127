package auth

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"genjin/internal/id"
)

// A browser that has signed somebody in gets a cookie that proves it, long after the session is over. It opens nothing:
// it only gives attempts from that browser a count of their own, so that whoever guesses a user's password from
// elsewhere does not keep the user waiting, and whoever stole the cookie can guess no faster than anybody (after
// OWASP's “device cookies”).
const deviceLife = 365 * 24 * time.Hour

// deviceCookie is the name of the cookie; sign-in asks for it alone.
const deviceCookie = "genjin_device"

// newDevice gives what makes the browser known for a user; "" when it is known already.
func (a *Service) newDevice(user id.ID, from From) string {
	if a.device(user, from) != "" {
		return ""
	}
	data := user.String() + "." + newSecret()[:22] + "." + strconv.FormatInt(a.clock.Now().Unix(), 36)
	return data + "." + a.seal.Sign("device", data)
}

// device names the browser that a request comes from if it is known to have signed the user in; "" if not.
func (a *Service) device(user id.ID, from From) string {
	parts := strings.Split(from.Device, ".")
	if len(parts) != 4 || user == 0 || parts[0] != user.String() {
		return ""
	}
	seconds, err := strconv.ParseInt(parts[2], 36, 64)
	if err != nil || a.clock.Now().Sub(time.Unix(seconds, 0)) > deviceLife {
		return ""
	}
	if !a.seal.Signed("device", strings.Join(parts[:3], "."), parts[3]) {
		return ""
	}
	return parts[1]
}

// DeviceCookie gives the cookie of a known browser.
func DeviceCookie(value string, secure bool) *http.Cookie {
	return cookie(deviceCookie, value, secure, deviceLife)
}
