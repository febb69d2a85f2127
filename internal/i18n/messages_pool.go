package i18n

// poolMessages are about pools, and about who has what.
var poolMessages = map[string]Text{
	"field.no_such_department": T("没有这个部门", "There is no such department"),

	"pool.recycle":         T("回收规则不正确：每组至少一个条件，天数为 1 到 3650", "The rules of recycling are not right: each group has a condition, days are from 1 to 3650"),
	"pool.hidden_fields":   T("隐藏字段须是字段名的列表", "Hidden fields are a list of names of fields"),
	"pool.not_empty":       T("公海中还有 {count} 条记录，请先分配出去", "{count} records still lie in the pool; give them to somebody first"),
	"pool.lock_denied":     T("只有主管可以锁定或解锁", "Only a supervisor may lock or unlock it"),
	"pool.taken":           T("这条记录刚被别人领取", "Somebody else has just taken it"),
	"pool.taken_by":        T("这条记录刚被 {name} 领取", "{name} has just taken it"),
	"pool.cooling":         T("您是前负责人，{until} 之后才能再次领取", "You owned it before and may take it again from {until} on"),
	"pool.daily":           T("今天领取的已达上限（{max}）", "You have taken as many today as the pool allows ({max})"),
	"pool.hold_user":       T("持有数量已达库容上限（{max}）", "That is as many as one may hold ({max})"),
	"pool.hold_department": T("部门持有数量已达库容上限（{max}）", "That is as many as the department may hold ({max})"),
	"pool.already":         T("已经在这个公海中", "It lies in this pool already"),
	"pool.protected":       T("已成交或已锁定的不能退回", "What was won or is locked is not given back"),
	"pool.rests":           T("审核中或已结束的线索不能放入线索池", "A lead that waits for its review or is over lies in no pool"),
	"pool.too_many":        T("一次最多 {max} 条", "At most {max} at once"),

	"pool.assigned":      T("{who} 从公海分配给您：{title}", "{who} gives you {title} from the pool"),
	"pool.fell.followup": T("您的一条记录因 {days} 天未跟进，落入{title}", "One of your records fell into {title}: not followed up for {days} days"),
	"pool.fell.assigned": T("您的一条记录因分配已满 {days} 天，落入{title}", "One of your records fell into {title}: held for {days} days"),
	"pool.fell.deal":     T("您的一条记录因 {days} 天未成交，落入{title}", "One of your records fell into {title}: no deal in {days} days"),
	"pool.fell.put":      T("{who} 把您的一条记录放入{title}", "{who} put one of your records into {title}"),
	"pool.fell.returned": T("您的一条记录已退回{title}", "One of your records went back to {title}"),

	"clash.too_short":              T("请输入 2 到 120 个字", "Type 2 to 120 characters"),
	"clash.too_many":               T("查询太频繁：{hours} 小时内最多 {max} 次", "You ask too often: at most {max} times in {hours} hours"),
	"clash.yours":                  T("这条记录就是您负责的", "It is yours"),
	"clash.nobodys":                T("这条记录目前无人负责，可到公海领取", "Nobody owns it: take it from the pool"),
	"clash.asked_already":          T("您已就这条记录提出申请，等待处理", "You have asked already; the answer is yet to come"),
	"clash.decided":                T("这个申请已经处理", "This request has been decided"),
	"clash.told.take_over":         T("{who} 申请接手一条记录，请处理", "{who} asks to take a record over; please decide"),
	"clash.told.collaborate":       T("{who} 申请协作一条记录，请处理", "{who} asks to work on a record together; please decide"),
	"clash.told.accepted":          T("{who} 同意了您的申请：{title}", "{who} agreed to your request: {title}"),
	"clash.told.refused":           T("{who} 拒绝了您的申请", "{who} refused your request"),
	"clash.told.over":              T("您的申请已失效：记录已不属于原负责人", "Your request is over: the record went elsewhere"),
	"clash.told.owner.take_over":   T("您的一条记录转给了 {who}", "One of your records went to {who}"),
	"clash.told.owner.collaborate": T("{who} 与您协作一条记录", "{who} now works on one of your records with you"),
}
