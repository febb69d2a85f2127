package crm

import (
	"time"

	"genjin/internal/clock"
	"genjin/internal/entity"
	"genjin/internal/record"
)

// CompleteCustomer says what the values of an imported customer, its contact and its follow-up mean for each other.
func CompleteCustomer(main record.Values, children map[string]record.Values, today clock.Date, env *entity.Env) {
	if contact := children["contact"]; contact != nil {
		contact["main"] = int64(1)
		main["main_contact"] = firstText(contact["name"])
		main["main_phone"] = firstText(contact["mobile"], contact["landline"])
	}
	followup := children["followup"]
	if followup == nil {
		return
	}
	if followup["content"] == nil { // a way alone still says that there was a touch
		way, _ := followup["way"].(string)
		followup["content"] = entity.OneOf.Text(way, followupWayField, env)
	}
	if followup["happened_at"] == nil {
		followup["happened_at"] = happenedAt(main, today, env.Zone)
	}
	if next := main["next_followup_at"]; next != nil { // the follow-up makes the plan
		followup["next_at"] = next
		delete(main, "next_followup_at")
	}
	main["last_followup_at"] = followup["happened_at"]
}

var followupWayField = &entity.Field{Choices: followupWays}

// happenedAt gives the best guess of when an undated follow-up was: at the last one known, else at the first contact,
// else today. None was in the future.
func happenedAt(main record.Values, today clock.Date, zone *time.Location) any {
	if last, ok := main["last_followup_at"].(int64); ok {
		return last
	}
	day := today
	if first, _ := main["first_contact_on"].(string); first != "" && clock.Date(first) < today {
		day = clock.Date(first)
	}
	return day.In(zone).UnixMilli()
}

func firstText(values ...any) any {
	for _, v := range values {
		if s, ok := v.(string); ok && s != "" {
			return s
		}
	}
	return ""
}
