package i18n

// signinMessages are about signing in, what it takes, and what the program reaches outside.
var signinMessages = map[string]Text{
	"outbound.refused":     T("{host} 指向内部网络，已拒绝连接；如确需连接，请在配置中设置 outbound_hosts", "{host} lies within a private network and is not connected to; if it must be, set outbound_hosts in the configuration"),
	"outbound.scheme":      T("{host} 须以 https:// 访问", "{host} must be reached by https://"),
	"outbound.redirects":   T("对方服务器重定向过多", "The other server redirects too often"),
	"outbound.unreachable": T("无法连接 {host}", "{host} cannot be reached"),
	"mail.port":            T("端口须在 1 到 65535 之间", "A port is a number from 1 to 65535"),
	"mail.security":        T("可选：STARTTLS、TLS、不加密", "It may be STARTTLS, TLS or none"),
	"mail.plain_password":  T("不加密的连接不能发送密码", "A password cannot go over a connection that is not encrypted"),
	"mail.address":         T("不是有效的邮箱地址", "Not a valid e-mail address"),
	"mail.failed":          T("邮件服务器 {host} 未接受邮件：{reason}", "The mail server {host} did not take the letter: {reason}"),
}
