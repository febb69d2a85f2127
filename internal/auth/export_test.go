package auth

// Runs gives how often passwords or codes were hashed: the dear part of every answer, which an attacker could measure.
func (a *Service) Runs() int64 { return a.hasher.runs.Load() }

// TOTPStep is totpStep.
var TOTPStep = totpStep
