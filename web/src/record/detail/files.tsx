import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queryClient } from "../../api/query";
import { archiveRecord, listRecords } from "../../api/records";
import type { EntityMeta, Rec } from "../../api/types";
import { fileAddress, previewAddress, upload } from "../../api/upload";
import { str } from "../../fields";
import { formatAgo, formatBytes, formatExact } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Failed, Ghosts } from "../../lib/ui/bits";
import { ask, Dialog } from "../../lib/ui/dialog";
import { FileDrop } from "../../lib/ui/file-drop";
import { IconDownload, IconEye, IconFileSpreadsheet, IconFileText, IconPhoto, IconTrash } from "../../lib/ui/icons";
import { toast, toastError } from "../../lib/ui/toast";
import { refOf } from "../../meta/meta";

type Props = { entity: EntityMeta; id: string; mayAdd: boolean };

/** The field by which files name records of this kind; undefined for those that have none. */
export const fileLink = (entity: EntityMeta) => entity.children?.find((c) => c.entity === "file")?.via;
// What the server shows in the page: pictures, PDF and plain text.
const previewable = (f: Rec) => /^(image\/(png|jpe?g|gif|webp)|application\/pdf|text\/plain)/.test(str(f.media_type));

/** The files of a record: drop to add, look without downloading, download, delete. */
export function Files({ entity, id, mayAdd }: Props) {
  const [part, setPart] = useState<number>();
  const [seen, setSeen] = useState<Rec>();
  const via = fileLink(entity) ?? "";
  const key = ["files", entity.path, id];
  const { data, error, refetch } = useQuery({
    queryKey: key,
    queryFn: () => listRecords("files", { filter: { field: via, op: "in", value: [id] }, sort: "-created_at", limit: 200 }),
    select: (page) => page.items,
  });
  const again = () => {
    void queryClient.invalidateQueries({ queryKey: key });
    void queryClient.invalidateQueries({ queryKey: ["timeline", entity.path, id] });
  };
  const send = async (files: File[]) => {
    setPart(0);
    try {
      await upload(`/${entity.path}/${id}/files`, {}, files, setPart);
      toast(t("files.added", files.length));
    } catch (e) {
      toastError(e);
    }
    setPart(undefined);
    again();
  };
  const remove = async (f: Rec) => {
    if (!(await ask({ title: t("files.deleteAsk", str(f.name)), yes: t("delete"), danger: true }))) return;
    try {
      await archiveRecord("files", f.id, f.version);
      again();
    } catch (e) {
      toastError(e);
    }
  };
  return (
    <div className="files">
      {mayAdd && (
        <FileDrop
          small
          multiple
          onFiles={(f) => void send(f)}
          progress={part}
          title={t("files.drop")}
          phoneTitle={t("files.phone")}
          button={t("files.choose")}
        />
      )}
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Ghosts n={2} h={48} />
      ) : data.length === 0 ? (
        <p className="muted small none">{t("files.none")}</p>
      ) : (
        <ul>
          {data.map((f) => (
            <li key={f.id} className="file">
              <FileIcon file={f} />
              <div className="grow">
                <p className="one-line">
                  {previewable(f) ? (
                    <button type="button" className="link" onClick={() => setSeen(f)}>
                      {str(f.name)}
                    </button>
                  ) : (
                    <a href={fileAddress(f.id)} download>
                      {str(f.name)}
                    </a>
                  )}
                </p>
                <p className="muted small one-line" title={formatExact(str(f.created_at))}>
                  {formatBytes(Number(f.size) || 0)} · {refOf(f, "created_by")?.name} · {formatAgo(str(f.created_at))}
                </p>
              </div>
              {previewable(f) && (
                <button type="button" className="icon-btn" aria-label={t("files.look", str(f.name))} onClick={() => setSeen(f)}>
                  <IconEye size={17} aria-hidden />
                </button>
              )}
              <a className="icon-btn" href={fileAddress(f.id)} download aria-label={t("files.get", str(f.name))}>
                <IconDownload size={17} aria-hidden />
              </a>
              {mayAdd && (
                <button type="button" className="icon-btn" aria-label={t("files.delete", str(f.name))} onClick={() => void remove(f)}>
                  <IconTrash size={17} aria-hidden />
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {seen && <Preview file={seen} onClose={() => setSeen(undefined)} />}
    </div>
  );
}

function FileIcon({ file }: { file: Rec }) {
  if (str(file.media_type).startsWith("image/")) return <IconPhoto size={22} aria-hidden className="file-icon" />;
  if (/\.(xlsx?|csv|et)$/i.test(str(file.name))) return <IconFileSpreadsheet size={22} aria-hidden className="file-icon" />;
  return <IconFileText size={22} aria-hidden className="file-icon" />;
}

function Preview({ file, onClose }: { file: Rec; onClose: () => void }) {
  const src = previewAddress(file.id);
  const name = str(file.name);
  const type = str(file.media_type);
  return (
    <Dialog
      title={name}
      wide
      onClose={onClose}
      actions={
        <a className="icon-btn" href={fileAddress(file.id)} download aria-label={t("files.get", name)}>
          <IconDownload size={19} aria-hidden />
        </a>
      }
    >
      {type.startsWith("image/") ? (
        <img className="preview" src={src} alt={name} />
      ) : (
        <iframe className="preview" src={src} title={name} sandbox={type === "application/pdf" ? undefined : ""} />
      )}
    </Dialog>
  );
}
