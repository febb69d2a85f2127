import { queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { get } from "../api/client";
import type { Directory } from "../api/types";
import type { Option } from "../lib/ui/combobox";

export const directoryQuery = queryOptions({
  queryKey: ["directory"],
  queryFn: () => get<Directory>("/directory"),
  staleTime: 5 * 60_000,
});
const none: Directory = { users: [], departments: [] };
export const useDirectory = (): Directory => useQuery(directoryQuery).data ?? none;

/** The users one may choose, found by name, pinyin, initials and login; those who left only where asked for. */
export function useUserOptions(all = false): Option[] {
  const { users, departments } = useDirectory();
  return useMemo(() => {
    const names = new Map(departments.map((d) => [d.id, d.name]));
    return users
      .filter((u) => all || u.active)
      .map((u) => ({
        value: u.id,
        label: u.name,
        hint: names.get(u.department_id),
        words: `${u.pinyin} ${u.pinyin.replaceAll(" ", "")} ${u.login}`,
      }));
  }, [users, departments, all]);
}

/** A department's names from the top down, "销售中心 / 华东区". */
export function departmentPath({ departments }: Directory, id: string): string {
  const names: string[] = [];
  for (let d = departments.find((x) => x.id === id); d && names.length < 12; d = departments.find((x) => x.id === d?.parent_id))
    names.unshift(d.name);
  return names.join(" / ");
}

export function useDepartmentOptions(): Option[] {
  const directory = useDirectory();
  return useMemo(
    () => directory.departments.map((d) => ({ value: d.id, label: d.name, hint: departmentPath(directory, d.parent_id) || undefined })),
    [directory],
  );
}
