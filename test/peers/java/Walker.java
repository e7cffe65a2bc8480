import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import net.handle.hdllib.*;

/**
 * The stock Java client with a node of this project as its only root: it finds identifiers by
 * going where it is referred to. Arguments: host and native port of the root, then identifiers
 * with what they are expected to be, `NAME=URL`, or `NAME=` for one that does not exist.
 */
public class Walker {
    public static void main(String[] args) throws Exception {
        int failures = 0;
        for (int protocol : new int[] { Interface.SP_HDL_UDP, Interface.SP_HDL_TCP }) {
            // A new one each time: it remembers what it has found.
            HandleResolver resolver = rootedAt(args[0], Integer.parseInt(args[1]));
            // HTTP for those who offer nothing else.
            resolver.setPreferredProtocols(new int[] { protocol, Interface.SP_HDL_HTTP });
            for (int i = 2; i < args.length; i++) {
                String[] parts = args[i].split("=", 2);
                String found = find(resolver, parts[0]);
                boolean right = found.equals(parts[1]);
                if (!right) failures++;
                System.out.println((right ? "ok " : "not ok ")
                    + Interface.protocolName((byte) protocol) + " " + parts[0]
                    + (right ? "" : ": " + found));
            }
        }
        System.exit(failures == 0 ? 0 : 1);
    }

    private static HandleResolver rootedAt(String host, int port) throws Exception {
        HandleResolver resolver = new HandleResolver();
        Configuration configuration = resolver.getConfiguration();
        // Else it fetches the root information of the public system in the background.
        configuration.setAutoUpdateRootInfo(false);
        configuration.setResolutionMethod(Configuration.RM_GLOBAL);
        AbstractResponse info = resolver.sendHdlTcpRequest(
            new GenericRequest(bytes("/"), AbstractMessage.OC_GET_SITE_INFO, null),
            InetAddress.getByName(host), port);
        configuration.setGlobalSites(new SiteInfo[] { ((GetSiteInfoResponse) info).siteInfo });
        // Says whom it asks, on standard error.
        resolver.traceMessages = true;
        return resolver;
    }

    /** The URL of a record; empty when there is no such name or prefix; else what went wrong. */
    private static String find(HandleResolver resolver, String name) {
        try {
            for (HandleValue value : resolver.resolveHandle(name, new String[] { "URL" }, null)) {
                return value.getDataAsString();
            }
            return "no values";
        } catch (HandleException error) {
            boolean absent = error.getCode() == HandleException.HANDLE_DOES_NOT_EXIST
                || error.getCode() == HandleException.SERVICE_NOT_FOUND;
            return absent ? "" : error.toString();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
