package auth

import (
	"net/http"
	"net/netip"
	"strings"
)

// FromOf tells where a request comes from. A proxy that Options names is believed about whom it speaks for.
func (a *Service) FromOf(r *http.Request) From {
	return From{Address: a.address(r), Agent: r.UserAgent(), Device: a.shown(r, deviceCookie)}
}

// address walks the chain of proxies back from the nearest and gives the first address that is none of ours.
func (a *Service) address(r *http.Request) netip.Addr {
	peer := addrOf(r.RemoteAddr)
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && a.ours(peer); i-- {
		hop := addrOf(strings.TrimSpace(hops[i]))
		if !hop.IsValid() {
			break
		}
		peer = hop
	}
	return peer
}

// Secure reports whether the browser speaks HTTPS, to the program or to a proxy before it.
func (a *Service) Secure(r *http.Request) bool {
	return r.TLS != nil || a.ours(addrOf(r.RemoteAddr)) && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}

func (a *Service) ours(peer netip.Addr) bool {
	for _, p := range a.proxies {
		if p.Contains(peer) {
			return true
		}
	}
	return false
}

// addrOf reads "address" or "address:port"; the zero Addr when it is neither.
func addrOf(s string) netip.Addr {
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr().Unmap()
	}
	addr, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Addr{}
	}
	return addr.Unmap()
}
