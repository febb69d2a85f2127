package crm

import "genjin/internal/i18n"

// usualTalk is a talk track in both languages.
type usualTalk struct {
	name, goal i18n.Text
	sources    []string
	leadTypes  []string
	way        string
	points     []i18n.Text
}

// usualTalks are those of every company until it writes its own: one for each built-in source, one for whom a competitor
// lost, and one for all others. Each tells first what we are good for, then what there is to learn.
var usualTalks = []usualTalk{
	{
		name: i18n.T("竞争对手流失的客户", "Lost by a competitor"), leadTypes: []string{"competitor"}, way: "call",
		goal: i18n.T("弄清上一家为什么不合作了、合同何时到期，约一次面谈", "Learn why they left and when their contract ends, and agree on a meeting"),
		points: []i18n.Text{
			i18n.T("不评价上一家供应商，先听客户讲哪里不满意", "Say nothing against their last supplier; let them tell what went wrong"),
			i18n.T("针对最不满意的一点，讲一个我们解决过的同类案例", "For what hurt most, tell of a case in which we solved just that"),
			i18n.T("说明更换怎么做：资料交接、过渡安排、谁来负责", "Explain how the change is made: hand-over, transition, who answers for it"),
			i18n.T("问：上一家的合同、质保还有多久，换供应商要过哪些人", "Ask how long contract and warranty still run, and who has to agree to a change"),
			i18n.T("问：这次选供应商，最看重哪两三条", "Ask for the two or three things that count most this time"),
		},
	},
	{
		name: i18n.T("展会线索首次联系", "Met at a fair"), sources: []string{"fair"}, way: "call",
		goal: i18n.T("了解采购时间表和预算，约一次演示", "Get the purchasing schedule and the budget, and agree on a demonstration"),
		points: []i18n.Text{
			i18n.T("先提展位上见面时聊过的内容，再说今天为什么打电话", "Begin with what was said at the stand, then why you call"),
			i18n.T("介绍一个同行业案例：用之前怎样，用之后怎样", "Tell of a case in the same industry: how it was before, how it is now"),
			i18n.T("说明展会期间的优惠或样品政策到哪天为止", "Say until when the fair's offer or samples are good"),
			i18n.T("问：现在用的是哪家，最想改进的是什么", "Ask whom they buy from now, and what they most want to change"),
			i18n.T("问：计划什么时候采购，预算是否已经批下来", "Ask when they mean to buy, and whether the budget is granted"),
			i18n.T("问：除了您，还有谁参与选型和拍板", "Ask who else has a say in the choice"),
		},
	},
	{
		name: i18n.T("官网咨询回电", "Came by the web site"), sources: []string{"website"}, way: "call",
		goal: i18n.T("弄清要解决什么问题、什么时候要，约一次演示", "Learn what they need to solve and by when, and agree on a demonstration"),
		points: []i18n.Text{
			i18n.T("尽快回电，先说看到了您在官网留的咨询", "Call back soon, and say that you saw what they wrote on our site"),
			i18n.T("用一句话讲清我们帮哪类企业解决什么问题", "Say in one sentence for whom we solve what"),
			i18n.T("问：在官网看了哪些内容，哪一项最有兴趣", "Ask what they looked at, and what interests them most"),
			i18n.T("问：这件事现在怎么做，卡在哪里", "Ask how they do it now, and where it is stuck"),
			i18n.T("问：希望什么时候用上，还在比较哪几家", "Ask by when they want it, and whom else they look at"),
			i18n.T("加微信，发一页资料和同行案例", "Connect on WeChat, and send a one-page summary with a case"),
		},
	},
	{
		name: i18n.T("转介绍客户拜访", "Referred by a customer"), sources: []string{"referral"}, way: "visit",
		goal: i18n.T("看现场，了解痛点、决策人和采购时间表", "See the place; learn what hurts, who decides and the purchasing schedule"),
		points: []i18n.Text{
			i18n.T("先说明是谁介绍的，介绍人用我们的产品做了什么", "Say who sent you, and what they do with our product"),
			i18n.T("拜访前问介绍人：对方关心什么、忌讳什么", "Ask beforehand who sent you: what do they care about, what to avoid"),
			i18n.T("带上介绍人的案例数据，征得同意再讲细节", "Bring the figures of who sent you; tell details only with their consent"),
			i18n.T("请对方带着看一遍现场，记下痛点", "Ask to be shown around, and write down what hurts"),
			i18n.T("问：谁提需求、谁管预算、谁最后签字", "Ask who needs it, who has the budget, who signs"),
			i18n.T("拜访后当天向介绍人道谢并告知进展", "Thank who sent you the same day, and tell how it went"),
		},
	},
	{
		name: i18n.T("陌拜后回访", "After a cold visit"), sources: []string{"cold_visit"}, way: "visit",
		goal: i18n.T("见到使用部门负责人，确认是否有需求", "Meet who is in charge of the users, and learn whether there is a need"),
		points: []i18n.Text{
			i18n.T("说明上次见了谁、聊到哪里，这次来补什么", "Say whom you met last time, and what you bring now"),
			i18n.T("带一件样品或一份同区域客户名单", "Bring a sample, or a list of customers nearby"),
			i18n.T("强调离得近：服务响应快，有问题当天到", "Being near, we come the same day"),
			i18n.T("问：这类产品归谁管，什么时候方便见一面", "Ask who is in charge of such products, and when to meet them"),
			i18n.T("问：每年用量多少，一般几月份采购", "Ask how much they use a year, and in which months they buy"),
		},
	},
	{
		name: i18n.T("电话营销跟进", "From telesales"), sources: []string{"telesales"}, way: "call",
		goal: i18n.T("确认需求是真的，约定下一次沟通的时间和对象", "Make sure of the need, and agree on whom to talk to next and when"),
		points: []i18n.Text{
			i18n.T("开场三十秒：我是谁、上次谁和您通过话、为什么再打来", "In thirty seconds: who you are, who called before, why you call again"),
			i18n.T("讲一个和对方规模相近的客户得到的好处，用数字说", "Tell, in figures, what a customer of their size gained"),
			i18n.T("问：现在遇到的最大麻烦是什么，一年要花多少成本", "Ask what troubles them most, and what it costs a year"),
			i18n.T("问：以前看过同类产品吗，为什么没有定", "Ask whether they looked at the like before, and why they did not buy"),
			i18n.T("问：这件事谁负责，能否一起约一个二十分钟的会", "Ask who is in charge, and for twenty minutes together with them"),
		},
	},
	{
		name: i18n.T("广告留资回电", "From an advertisement"), sources: []string{"advertising"}, way: "call",
		goal: i18n.T("确认是否目标客户，了解需求和预算，约一次演示", "Learn whether we fit, the need and the budget, and agree on a demonstration"),
		points: []i18n.Text{
			i18n.T("尽快回电：对方很可能同时问了几家", "Call back soon: they will have asked others, too"),
			i18n.T("先确认广告里吸引他的那一点，再讲我们怎么做到", "Find out what in the advertisement drew them, then say how we do that"),
			i18n.T("广告里的价格和条件，照实说清楚适用范围", "Say plainly to whom the advertised price and terms apply"),
			i18n.T("问：公司做什么、多少人、在哪里，判断是否适合", "Ask what they do, how many they are and where: do we fit?"),
			i18n.T("问：需求是现在就有，还是先了解；预算大概多少", "Ask whether they need it now or only look, and about the budget"),
		},
	},
	{
		name: i18n.T("研讨会听众跟进", "Heard a webinar"), sources: []string{"webinar"}, way: "mail",
		goal: i18n.T("发会议资料，问清最关心哪一部分，约时间细谈", "Send the material, learn which part matters to them, and agree on a talk"),
		points: []i18n.Text{
			i18n.T("感谢参加，附上讲义和回放链接", "Thank them for coming, with slides and the recording"),
			i18n.T("回答对方在会上提的问题；没提问的，答一个最多人问的", "Answer what they asked there; else what most people asked"),
			i18n.T("附一个与讲题相关的客户案例", "Add a customer's case on the subject"),
			i18n.T("问：三个话题里最想细聊哪一个", "Ask which of the subjects they would go into"),
			i18n.T("给出两个可选时间，请对方回复其一", "Offer two times, and ask them to choose one"),
		},
	},
	{
		name: i18n.T("平台询盘跟进", "From a platform"), sources: []string{"platform"}, way: "call",
		goal: i18n.T("把对话从平台转到电话或微信，确认规格、数量和交期", "Bring the talk from the platform to phone or WeChat; learn specification, quantity and delivery"),
		points: []i18n.Text{
			i18n.T("报上平台和商品链接，让对方马上想起来", "Name the platform and the product, so that they remember at once"),
			i18n.T("说明和平台上低价货的差别：材料、质保、售后", "Explain what sets us apart from cheap offers: material, warranty, service"),
			i18n.T("说明起订量、含税价和现货情况", "Say the least quantity, the price with tax and what is in stock"),
			i18n.T("问：用在什么地方，要什么规格、多少数量、什么时候要", "Ask what it is for, which specification, how many, by when"),
			i18n.T("问：是一次性采购还是长期用，自用还是转卖", "Ask whether they buy once or regularly, for themselves or to sell"),
		},
	},
	{
		name: i18n.T("询盘报价前沟通", "Before a quotation"), sources: []string{"inquiry"}, way: "call",
		goal: i18n.T("确认数量、指标和交期，约定报价时间", "Confirm quantity, specification and delivery, and agree when to quote"),
		points: []i18n.Text{
			i18n.T("感谢询价，逐条复述对方的要求，确认没有理解错", "Thank them, and repeat each requirement to make sure of it"),
			i18n.T("说明报价需要哪些资料：图纸、工况、用量、质量标准", "Say what a quotation needs: drawings, conditions, quantity, standards"),
			i18n.T("给出大致价格区间，讲清哪几项影响价格", "Give a price range, and say what moves it"),
			i18n.T("问：有没有目标价和预算，付款和交期有什么要求", "Ask about target price and budget, payment and delivery"),
			i18n.T("问：几家在比价，什么时候定，按什么定", "Ask how many quote, when they decide, and by what"),
		},
	},
	{
		name: i18n.T("其他线索首次联系", "All others"), way: "call",
		goal: i18n.T("了解需求、预算、采购时间和谁来决定", "Learn the need, the budget, when they buy and who decides"),
		points: []i18n.Text{
			i18n.T("说清从哪里得知对方、为什么联系", "Say where you know them from, and why you call"),
			i18n.T("用一句话讲清我们帮哪类企业解决什么问题", "Say in one sentence for whom we solve what"),
			i18n.T("问：这件事现在怎么做，最不满意的是什么", "Ask how they do it now, and what they like least"),
			i18n.T("问：有没有采购计划，时间和预算大概是多少", "Ask whether they plan to buy, when and for how much"),
			i18n.T("问：除了您，还有谁参与决定", "Ask who else has a say"),
		},
	},
}
