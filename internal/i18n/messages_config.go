package i18n

// configMessages say what is wrong with a setting, before anything starts.
var configMessages = map[string]Text{
	"config.wrong":      T("{place} 的值“{value}”不可用：{reason}", "{place} cannot be “{value}”: {reason}"),
	"config.file":       T("无法读取配置文件 {file}：{reason}", "The configuration file {file} cannot be read: {reason}"),
	"config.line":       T("{place}：应写成“名称 = 值”", "{place}: write it as “name = value”"),
	"config.unknown":    T("{place}：没有名为“{name}”的设置", "{place}: there is no setting “{name}”"),
	"config.twice":      T("{place}：“{name}”设置了两次", "{place}: “{name}” is set twice"),
	"config.db":         T("应为 postgres:// 开头的地址", "it should be an address beginning with postgres://"),
	"config.zone":       T("没有这个时区，应写成 Asia/Shanghai 的形式", "no such time zone; write it like Asia/Shanghai"),
	"config.addr":       T("应写成 主机:端口，如 127.0.0.1:8088", "write it as host:port, such as 127.0.0.1:8088"),
	"config.public_url": T("应写成 https://crm.example.com 的形式", "write it like https://crm.example.com"),
	"config.proxy":      T("“{address}”不是 IP 地址或网段", "“{address}” is no IP address or network"),
	"config.one_of":     T("可选值：{choices}", "it may be: {choices}"),
	"config.tls_pair":   T("tls_cert 与 tls_key 必须同时设置", "tls_cert and tls_key are set together or not at all"),
	"config.host":       T("“{host}”不是主机名、IP 地址或网段", "“{host}” is no host name, IP address or network"),
	"config.key":        T("应为 32 字节随机数的 base64，多个以逗号分隔，第一个用于加密", "it should be base64 of 32 random bytes; of several, separated by commas, the first one seals"),
}
