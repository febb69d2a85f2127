// Package crm is the domain: every entity of selling is one file here, with its struct, its fields and its rules.
package crm

import "genjin/internal/record"

// Register adds the entities of the domain.
func Register(reg *record.Registry) {
	record.Register(reg, poolKind())
	record.Register(reg, customerKind())
	record.Register(reg, contactKind())
	record.Register(reg, leadKind())
	record.Register(reg, leadReviewKind())
	record.Register(reg, webFormKind())
	record.Register(reg, followupKind())
	record.Register(reg, stageChangeKind())
	record.Register(reg, attachmentKind())
	record.Register(reg, commentKind())
	record.Register(reg, workLogKind())
}
