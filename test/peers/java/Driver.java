import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import net.handle.hdllib.*;

/**
 * The stock Java client against one node: each step says whether the answer was as expected.
 * Arguments: host, native port, root handle, public-key index, secret-key index, key file, secret.
 */
public class Driver {
    private static HandleResolver resolver;
    private static SiteInfo site;
    private static int failures = 0;

    public static void main(String[] args) throws Exception {
        InetAddress host = InetAddress.getByName(args[0]);
        int port = Integer.parseInt(args[1]);
        byte[] admin = bytes(args[2]);
        AuthenticationInfo byKey =
            new PublicKeyAuthenticationInfo(admin, Integer.parseInt(args[3]), loadKey(args[5]));
        AuthenticationInfo bySecret =
            new SecretKeyAuthenticationInfo(admin, Integer.parseInt(args[4]), bytes(args[6]));
        AuthenticationInfo wrong =
            new SecretKeyAuthenticationInfo(admin, Integer.parseInt(args[4]), bytes("guessed"));
        resolver = new HandleResolver();
        resolver.getConfiguration().setAutoUpdateRootInfo(false);
        resolver.setCheckSignatures(true);
        AbstractResponse info = resolver.sendHdlTcpRequest(
            new GenericRequest(bytes("/"), AbstractMessage.OC_GET_SITE_INFO, null), host, port);
        site = ((GetSiteInfoResponse) info).siteInfo;

        for (int protocol : new int[] {
            Interface.SP_HDL_TCP, Interface.SP_HDL_UDP, Interface.SP_HDL_HTTP }) {
            run(protocol, "key", byKey);
            run(protocol, "secret", bySecret);
        }
        list(byKey);
        expect("without a session", 1, withoutSession(
            new CreateHandleRequest(bytes("88/JAVA-PLAIN"), values("x"), byKey)));
        expect("a wrong secret", AbstractMessage.RC_AUTHENTICATION_FAILED,
            send(new DeleteHandleRequest(bytes("88/JAVA-PLAIN"), wrong), Interface.SP_HDL_TCP));
        expect("not homed", AbstractMessage.RC_SERVER_NOT_RESP,
            send(new CreateHandleRequest(bytes("99/X"), values("x"), byKey), Interface.SP_HDL_TCP));
        System.exit(failures == 0 ? 0 : 1);
    }

    /** One record's life over one protocol: each request in the client's session. */
    private static void run(int protocol, String proof, AuthenticationInfo auth) throws Exception {
        String what = Interface.protocolName((byte) protocol) + " by " + proof + ": ";
        byte[] name = bytes("88/JAVA-" + protocol + "-" + proof);
        expect(what + "create", 1, send(new CreateHandleRequest(name, values("one"), auth), protocol));
        expect(what + "create again", AbstractMessage.RC_HANDLE_ALREADY_EXISTS,
            send(new CreateHandleRequest(name, values("one"), auth), protocol));
        expect(what + "modify", 1,
            send(new ModifyValueRequest(name, new HandleValue(1, "URL", "two"), auth), protocol));
        HandleValue hidden = new HandleValue(7, "COST", "secret");
        hidden.setAnyoneCanRead(false);
        expect(what + "add", 1, send(new AddValueRequest(name, hidden, auth), protocol));
        ResolutionRequest all = new ResolutionRequest(name, null, null, auth);
        all.ignoreRestrictedValues = false;
        AbstractResponse read = send(all, protocol);
        expect(what + "read with what is hidden", 1, read);
        if (read instanceof ResolutionResponse) {
            HandleValue[] found = ((ResolutionResponse) read).getHandleValues();
            check(what + "its values", found.length == 2
                && found[0].getDataAsString().equals("two")
                && found[1].getDataAsString().equals("secret"));
        }
        ResolutionRequest certified = new ResolutionRequest(name, null, null, null);
        certified.certify = true;
        expect(what + "read signed", 1, send(certified, protocol));
        expect(what + "remove", 1, send(new RemoveValueRequest(name, 7, auth), protocol));
        expect(what + "remove again", AbstractMessage.RC_VALUES_NOT_FOUND,
            send(new RemoveValueRequest(name, 7, auth), protocol));
        expect(what + "delete", 1, send(new DeleteHandleRequest(name, auth), protocol));
        expect(what + "read nothing", AbstractMessage.RC_HANDLE_NOT_FOUND,
            send(new ResolutionRequest(name, null, null, null), protocol));
    }

    private static void list(AuthenticationInfo auth) throws Exception {
        for (int i = 0; i < 120; i++) {
            send(new CreateHandleRequest(bytes("88/LIST-" + i), values("x"), auth),
                Interface.SP_HDL_TCP);
        }
        List<String> names = new ArrayList<>();
        int[] messages = {0};
        AbstractResponse last = resolver.sendRequestToSite(
            new ListHandlesRequest(bytes("0.NA/88"), auth), site, Interface.SP_HDL_TCP, (part) -> {
                messages[0]++;
                for (byte[] name : ((ListHandlesResponse) part).handles) {
                    names.add(Util.decodeString(name));
                }
            });
        check("list: all names", names.stream().filter((n) -> n.startsWith("88/LIST-")).count() == 120);
        check("list: in several messages", messages[0] >= 3);
        expect("list homed prefixes", 1, send(
            new ListNAsRequest(bytes("/"), auth),
            Interface.SP_HDL_TCP));
        expect("home", 1, send(new HomeNaRequest(bytes("0.NA/88.77"), auth), Interface.SP_HDL_TCP));
    }

    private static AbstractResponse withoutSession(AbstractRequest request) throws Exception {
        ClientSessionTracker tracker = resolver.getSessionTracker();
        resolver.setSessionTracker(null);
        try {
            return send(request, Interface.SP_HDL_TCP);
        } finally {
            resolver.setSessionTracker(tracker);
        }
    }

    private static AbstractResponse send(AbstractRequest request, int protocol) throws Exception {
        try {
            return resolver.sendRequestToSite(request, site, protocol);
        } catch (HandleException error) {
            System.out.println("# " + error);
            return null;
        }
    }

    private static HandleValue[] values(String data) {
        return new HandleValue[] { new HandleValue(1, "URL", data) };
    }

    private static void expect(String what, int code, AbstractResponse response) {
        int got = response == null ? -1 : response.responseCode;
        check(what + (got == code ? "" : " (code " + got + " for " + code + ", " + response + ")"),
            got == code);
    }

    private static void check(String what, boolean right) {
        if (!right) failures++;
        System.out.println((right ? "ok " : "not ok ") + what);
    }

    private static PrivateKey loadKey(String path) throws Exception {
        String pem = Files.readString(Path.of(path)).replaceAll("-----[A-Z ]+-----|\\s", "");
        return KeyFactory.getInstance("RSA")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
