import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queryClient } from "../../api/query";
import { deleteFile, recordFiles } from "../../api/records";
import type { EntityMeta, FileInfo } from "../../api/types";
import { fileAddress, previewAddress, upload } from "../../api/upload";
import { formatAgo, formatBytes, formatExact } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Failed, Ghosts } from "../../lib/ui/bits";
import { ask, Dialog } from "../../lib/ui/dialog";
import { FileDrop } from "../../lib/ui/file-drop";
import { IconDownload, IconEye, IconFileSpreadsheet, IconFileText, IconPhoto, IconTrash } from "../../lib/ui/icons";
import { toast, toastError } from "../../lib/ui/toast";

type Props = { entity: EntityMeta; id: string; mayAdd: boolean };

/** The files of a record: drop to add, look without downloading, download, delete. */
export function Files({ entity, id, mayAdd }: Props) {
  const [part, setPart] = useState<number>();
  const [seen, setSeen] = useState<FileInfo>();
  const key = ["files", entity.path, id];
  const { data, error, refetch } = useQuery({ queryKey: key, queryFn: () => recordFiles(entity.path, id) });
  const again = () => {
    void queryClient.invalidateQueries({ queryKey: key });
    void queryClient.invalidateQueries({ queryKey: ["timeline", entity.path, id] });
  };
  const send = async (files: File[]) => {
    setPart(0);
    try {
      await upload("/files", { entity: entity.name, id }, files, setPart);
      toast(t("files.added", files.length));
    } catch (e) {
      toastError(e);
    }
    setPart(undefined);
    again();
  };
  const remove = async (f: FileInfo) => {
    if (!(await ask({ title: t("files.deleteAsk", f.name), yes: t("delete"), danger: true }))) return;
    try {
      await deleteFile(f.id);
      again();
    } catch (e) {
      toastError(e);
    }
  };
  return (
    <div className="files">
      {mayAdd && (
        <FileDrop small multiple onFiles={(f) => void send(f)} progress={part} title={t("files.drop")} button={t("files.choose")} />
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
                  {f.preview ? (
                    <button type="button" className="link" onClick={() => setSeen(f)}>
                      {f.name}
                    </button>
                  ) : (
                    <a href={fileAddress(f.id)} download>
                      {f.name}
                    </a>
                  )}
                </p>
                <p className="muted small one-line" title={formatExact(f.created_at)}>
                  {formatBytes(f.size)} · {f.user?.name} · {formatAgo(f.created_at)}
                </p>
              </div>
              {f.preview && (
                <button type="button" className="icon-btn" aria-label={t("files.look", f.name)} onClick={() => setSeen(f)}>
                  <IconEye size={17} aria-hidden />
                </button>
              )}
              <a className="icon-btn" href={fileAddress(f.id)} download aria-label={t("files.get", f.name)}>
                <IconDownload size={17} aria-hidden />
              </a>
              {mayAdd && (
                <button type="button" className="icon-btn" aria-label={t("files.delete", f.name)} onClick={() => void remove(f)}>
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

export function FileIcon({ file }: { file: Pick<FileInfo, "name" | "type"> }) {
  if (file.type?.startsWith("image/")) return <IconPhoto size={22} aria-hidden className="file-icon" />;
  if (/\.(xlsx?|csv|et)$/i.test(file.name)) return <IconFileSpreadsheet size={22} aria-hidden className="file-icon" />;
  return <IconFileText size={22} aria-hidden className="file-icon" />;
}

/** The server gives previews as what cannot run: pictures, PDF, plain text. */
function Preview({ file, onClose }: { file: FileInfo; onClose: () => void }) {
  const src = previewAddress(file.id);
  return (
    <Dialog
      title={file.name}
      wide
      onClose={onClose}
      actions={
        <a className="icon-btn" href={fileAddress(file.id)} download aria-label={t("files.get", file.name)}>
          <IconDownload size={19} aria-hidden />
        </a>
      }
    >
      {file.type?.startsWith("image/") ? (
        <img className="preview" src={src} alt={file.name} />
      ) : (
        <iframe className="preview" src={src} title={file.name} sandbox={file.type === "application/pdf" ? undefined : ""} />
      )}
    </Dialog>
  );
}
