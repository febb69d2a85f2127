package i18n

var sqldbMessages = map[string]Text{
	"sqldb.in_use":      T("数据文件夹 {dir} 正被另一个 Genjin 进程使用", "The data folder {dir} is used by another Genjin process"),
	"sqldb.folder":      T("无法使用数据文件夹 {dir}：{reason}", "The data folder {dir} cannot be used: {reason}"),
	"sqldb.unreachable": T("无法连接数据库：{reason}", "The database cannot be reached: {reason}"),
	"sqldb.too_old":     T("需要 PostgreSQL {min} 或更新版本，当前为 {version}", "PostgreSQL {min} or newer is needed; this is {version}"),
	"sqldb.setting":     T("PostgreSQL 的设置 {name} 必须为 {want}，当前为 {value}，否则可能丢失或损坏数据", "The PostgreSQL setting {name} must be {want}; it is {value}, which may lose or spoil data"),
	"sqldb.closed":      T("系统正在关闭，请稍后再试", "The system is shutting down; try again shortly"),
	"sqldb.full":        T("磁盘空间不足，无法保存，请联系管理员", "The disk is full and nothing can be saved; tell your administrator"),
	"sqldb.disk":        T("数据库文件读写出错，请联系管理员", "The database cannot be read or written; tell your administrator"),
	"sqldb.away":        T("数据库暂时无法访问，请稍后再试", "The database is away for the moment; try again shortly"),
	"sqldb.busy":        T("同时修改的人较多，请稍后再试", "Too many people are changing this at once; try again shortly"),

	"migrations.newer":   T("数据库由更新版本的 Genjin 创建（第 {database} 步，本程序只到第 {program} 步），请使用新版本", "The database was made by a newer Genjin (step {database}; this program knows {program}); use the newer program"),
	"migrations.changed": T("数据库的升级步骤 {step} 与本程序不符，请使用官方发布的版本", "The upgrade step {step} of the database is not the one of this program; use a released version"),
}
