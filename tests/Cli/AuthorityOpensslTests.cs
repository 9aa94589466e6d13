using System.Globalization;
using LumenLink.Cli.Authority;

namespace LumenLink.Tests.Cli;

/// <summary>What lumen ca makes, in the eyes of openssl.</summary>
public sealed class AuthorityOpensslTests : IDisposable
{
    private readonly AuthorityRun ca = new();

    public void Dispose() => ca.Dispose();

    [OpensslFact]
    public void Openssl_verifies_the_chain_and_refuses_the_revoked_certificate()
    {
        ca.Run("init").IsDone();
        string kept = ca.Issue(AuthorityRun.NewKey());
        string revoked = ca.Issue(AuthorityRun.NewKey());
        ca.Run("crl").IsDone();
        AssertVerified(kept);
        AssertVerified(revoked);
        ca.Run("revoke", "--serial", Path.GetFileNameWithoutExtension(revoked), "--reason", "key-compromise").IsDone();
        ca.Run("crl").IsDone();
        AssertVerified(kept);
        AuthorityResult verdict = Verify(ca, revoked);
        Assert.NotEqual(0, verdict.Status);
        Assert.Contains("certificate revoked", verdict.Error, StringComparison.Ordinal);
        File.Delete(ca.RevocationList);
        Assert.NotEqual(0, Verify(ca, kept).Status);
        string text = Openssl("crl", "-noout", "-text", "-in", Made()).Output;
        Assert.Contains("Key Compromise", text, StringComparison.Ordinal);
        Assert.Matches(@"CRL Number:\s+3", text);

        void AssertVerified(string file)
        {
            AuthorityResult good = Verify(ca, file);
            Assert.True(good.Status == 0, good.Error);
            Assert.EndsWith(": OK\n", good.Output, StringComparison.Ordinal);
        }

        string Made()
        {
            ca.Run("crl").IsDone();
            return ca.RevocationList;
        }
    }

    [OpensslFact]
    public void Openssl_opens_the_key_and_names_its_encryption()
    {
        ca.Run("init").IsDone();
        File.WriteAllText(ca.Aside("words"), AuthorityRun.Passphrase);
        string key = ca.In("device-ca-key.pem");
        AuthorityResult opened = Openssl(
            "pkey", "-in", key, "-passin", "file:" + ca.Aside("words"), "-noout", "-check");
        Assert.Equal((0, "Key is valid\n"), (opened.Status, opened.Output));
        string text = Openssl("asn1parse", "-in", key).Output;
        Assert.Contains("PBES2", text, StringComparison.Ordinal);
        Assert.Contains("hmacWithSHA256", text, StringComparison.Ordinal);
        Assert.Contains("aes-256-cbc", text, StringComparison.Ordinal);
        Assert.Contains(
            FileKeyStore.Iterations.ToString("X6", CultureInfo.InvariantCulture), text, StringComparison.Ordinal);
    }

    [OpensslFact]
    public void A_request_of_openssl_gets_a_certificate()
    {
        ca.Run("init").IsDone();
        Assert.Equal(0, Openssl(
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
            ca.Aside("key.pem"), "-subj", "/CN=board", "-out", ca.Aside("board.csr")).Status);
        ca.Run("issue", "--csr", ca.Aside("board.csr"), "--out", ca.Aside("board.crt")).IsDone();
        ca.Run("crl").IsDone();
        Assert.Equal(0, Verify(ca, ca.Aside("board.crt")).Status);
        Assert.Equal(
            Openssl("pkey", "-in", ca.Aside("key.pem"), "-pubout").Output,
            Openssl("x509", "-in", ca.Aside("board.crt"), "-noout", "-pubkey").Output);
    }

    internal static AuthorityResult Verify(AuthorityRun ca, string file) => Openssl(
        "verify", "-x509_strict", "-CAfile", ca.RootCertificate, "-untrusted", ca.DeviceCaCertificate, "-CRLfile",
        ca.RevocationList, "-crl_check", file);

    private static AuthorityResult Openssl(params string[] arguments) =>
        AuthorityRun.Program(OpensslFact.Program, arguments);
}
