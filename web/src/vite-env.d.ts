/// <reference types="vite/client" />
declare module "@tabler/icons-react/dist/esm/icons/*" {
  import type { ComponentType, SVGProps } from "react";

  const icon: ComponentType<SVGProps<SVGSVGElement> & { size?: number | string; stroke?: number }>;
  export default icon;
}
