using System.Diagnostics;

namespace LumenLink.Tests.Hardware;

/// <summary>tools/flash.sh, with a nanoff that writes down how it was called.</summary>
public sealed class FlashTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("flash").FullName;
    private readonly string _calls;
    private readonly string _port;
    private readonly string _image;
    private readonly string _network;
    private readonly string _files;

    public FlashTests()
    {
        _calls = Path.Combine(_folder, "calls");
        _port = Path.Combine(_folder, "ttyACM0");
        _image = Path.Combine(_folder, "the beacon.bin");
        _network = Path.Combine(_folder, "network.json");
        _files = Path.Combine(_folder, "files.json");
        foreach (string file in new[] { _calls, _port, _image, _network, _files }) File.WriteAllText(file, "");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void EverythingInItsOrder()
    {
        (int status, string output) = Run(
            withNanoff: true, "--target", "ESP32_S3_OCTAL", "--port", _port, "--image", _image,
            "--network", _network, "--files", _files);
        Assert.Equal(0, status);
        Assert.Equal(
            [
                $"--update --target ESP32_S3_OCTAL --serialport {_port}",
                $"--nanodevice --deploy --serialport {_port} --image {_image}",
                $"--networkdeployment {_network} --serialport {_port}",
                $"--filedeployment {_files} --serialport {_port}",
            ],
            File.ReadAllLines(_calls));
        Assert.Equal(4, output.Split('\n').Count(line => line.StartsWith("   nanoff --", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("ESP32_S3_OCTAL")]
    [InlineData("ESP32_S3_QUAD")]
    [InlineData("ESP32_BLE_REV3")]
    public void TheTargetsOfOurBoards(string target)
    {
        Assert.Equal(0, Run(withNanoff: true, "--target", target, "--port", _port).Status);
        Assert.Equal([$"--update --target {target} --serialport {_port}"], File.ReadAllLines(_calls));
    }

    /// <summary>Never --deploy with --target but without --address: that is the trap.</summary>
    [Fact]
    public void AnAddressIsAlwaysToldTogetherWithTheTarget()
    {
        Assert.Equal(0, Run(
            withNanoff: true, "--target", "ESP32_BLE_REV3", "--port", _port, "--image", _image,
            "--address", "0x1E0000", "--skip-update").Status);
        Assert.Equal(
            [$"--deploy --target ESP32_BLE_REV3 --serialport {_port} --image {_image} --address 0x1E0000"],
            File.ReadAllLines(_calls));
    }

    [Theory]
    [InlineData("ESP32_BLE_REV3", "0x1B0000", "lies inside the CLR")]
    [InlineData("ESP32_S3_OCTAL", "0x10000", "lies inside the CLR")]
    [InlineData("ESP32_S3_OCTAL", "0x1B0001", "multiples of 0x10000")]
    [InlineData("ESP32_S3_OCTAL", "1B0000", "is no address")]
    [InlineData("ESP32_S3_OCTAL", "0x1B000G", "is no address")]
    public void AWrongAddressIsRefused(string target, string address, string words) => Refused(
        words, "--target", target, "--port", _port, "--image", _image, "--address", address);

    [Fact]
    public void ARehearsalRunsNothingAndNeedsNothing()
    {
        (int status, string output) = Run(
            withNanoff: false, "--target", "ESP32_BLE_REV3", "--port", "/dev/absent", "--image", _image,
            "--network", _network, "--files", _files, "--dry-run");
        Assert.Equal(0, status);
        Assert.Equal(4, output.Split('\n').Count(line => line.StartsWith("   nanoff --", StringComparison.Ordinal)));
        Assert.Contains("nothing was done", output);
        Assert.Empty(File.ReadAllText(_calls));
    }

    [Fact]
    public void TheFirstFailureIsTheLastCommand()
    {
        (int status, string output) = Run(
            withNanoff: true, "--target", "ESP32_S3_OCTAL", "--port", _port, "--image", _image,
            "--network", Failing(), "--files", _files);
        Assert.NotEqual(0, status);
        Assert.Equal(3, File.ReadAllLines(_calls).Length);
        Assert.Contains("network settings failed, with exit status 7", output);
        Assert.DoesNotContain("flashed", output);
    }

    [Fact]
    public void WithoutNanoffItSaysHowToInstallIt()
    {
        (int status, string output) = Run(withNanoff: false, "--target", "ESP32_S3_OCTAL", "--port", _port);
        Assert.NotEqual(0, status);
        Assert.Contains("dotnet tool install --global nanoff", output);
    }

    [Theory]
    [InlineData("ESP32_C3", "too little")]
    [InlineData("ESP32_H2_THREAD", "no Wi-Fi")]
    [InlineData("ESP8266", "not a target we know")]
    public void AnotherTargetIsRefusedWithAReason(string target, string words)
    {
        Refused(words, "--target", target, "--port", _port);
        Refused("ESP32_S3_OCTAL ESP32_S3_QUAD ESP32_BLE_REV3", "--target", target, "--port", _port);
    }

    [Fact]
    public void WhatIsMissingIsNamed()
    {
        const string Target = "ESP32_S3_OCTAL";
        Refused("which target?", "--port", _port);
        Refused("which port?", "--target", Target);
        Refused("there is no port", "--target", Target, "--port", _port + "9");
        Refused("there is no file", "--target", Target, "--port", _port, "--image", _image + "9");
        Refused("is no JSON file", "--target", Target, "--port", _port, "--files", _image);
        Refused("add --image", "--target", Target, "--port", _port, "--address", "0x1B0000");
        Refused("nothing to do", "--target", Target, "--port", _port, "--skip-update");
        Refused("--target needs a value", "--target");
        Refused("--port needs a value", "--target", Target, "--port", "--dry-run");
        Refused("unknown option '--flash'", "--flash");
    }

    /// <summary>Options, targets and addresses of the page are those of the script.</summary>
    [Fact]
    public void ThePageNamesEveryOptionAndTarget()
    {
        string board = HardwareFiles.Section(HardwareFiles.Read("docs/firmware-development.md"), "## Board");
        Assert.All(
            [
                "--target", "--port", "--image", "--network", "--files", "--address", "--skip-update", "--dry-run",
                "ESP32_S3_OCTAL", "ESP32_S3_QUAD", "ESP32_BLE_REV3", "0x1B0000", "0x1E0000",
            ],
            word => Assert.Contains(word, board, StringComparison.Ordinal));
    }

    private void Refused(string words, params string[] arguments)
    {
        (int status, string output) = Run(withNanoff: true, arguments);
        Assert.NotEqual(0, status);
        Assert.Contains("error: ", output);
        Assert.Contains(words, output);
        Assert.Empty(File.ReadAllText(_calls));
    }

    /// <summary>A network file that the nanoff of the tests fails at.</summary>
    private string Failing()
    {
        string path = Path.Combine(_folder, "fail.json");
        File.WriteAllText(path, "");
        return path;
    }

    private (int Status, string Output) Run(bool withNanoff, params string[] arguments)
    {
        string bin = Directory.CreateDirectory(Path.Combine(_folder, withNanoff ? "with" : "without")).FullName;
        // Only these programs are found; no nanoff of the machine may be.
        foreach (string program in new[] { "bash", "dirname", "printf", "sed" })
            if (!File.Exists(Path.Combine(bin, program)))
                File.CreateSymbolicLink(Path.Combine(bin, program), Found(program));
        if (withNanoff)
        {
            string nanoff = Path.Combine(bin, "nanoff");
            File.WriteAllText(
                nanoff,
                $"#!{Found("bash")}\necho \"$*\" >>'{_calls}'\n[[ \"$*\" != *fail.json* ]] || exit 7\n");
            if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException("the script is bash");
            File.SetUnixFileMode(nanoff, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        ProcessStartInfo start = new(Found("bash"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PATH"] = bin },
        };
        start.ArgumentList.Add(Path.Combine(HardwareFiles.Root, "tools", "flash.sh"));
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        using Process run = Process.Start(start)!;
        Task<string> errors = run.StandardError.ReadToEndAsync();
        string output = run.StandardOutput.ReadToEnd() + errors.Result;
        run.WaitForExit();
        return (run.ExitCode, output);
    }

    private static string Found(string program) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, program)).First(File.Exists);
}
