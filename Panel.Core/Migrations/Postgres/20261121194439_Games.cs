using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Panel.Core.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Games : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "ReceivedKiB",
                table: "UsageSamples",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "SentKiB",
                table: "UsageSamples",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Startup",
                table: "Servers",
                type: "character varying(80)",
                maxLength: 80,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "Groups",
                table: "Plans",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<bool>(
                name: "Limited",
                table: "Plans",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "Roles",
                table: "Plans",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "Groups",
                table: "AspNetUsers",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "Note",
                table: "Allocations",
                type: "character varying(200)",
                maxLength: 200,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "Protocol",
                table: "Allocations",
                type: "character varying(10)",
                maxLength: 10,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "ConsoleChunks",
                columns: table => new
                {
                    ServerId = table.Column<Guid>(type: "uuid", nullable: false),
                    Sequence = table.Column<long>(type: "bigint", nullable: false),
                    From = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    To = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Lines = table.Column<int>(type: "integer", nullable: false),
                    Size = table.Column<int>(type: "integer", nullable: false),
                    Content = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ConsoleChunks", x => new { x.ServerId, x.Sequence });
                    table.ForeignKey(
                        name: "FK_ConsoleChunks_Servers_ServerId",
                        column: x => x.ServerId,
                        principalTable: "Servers",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "FileJobs",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    ServerId = table.Column<Guid>(type: "uuid", nullable: false),
                    Worker = table.Column<Guid>(type: "uuid", nullable: false),
                    Row = table.Column<string>(type: "text", nullable: false),
                    Ended = table.Column<bool>(type: "boolean", nullable: false),
                    SeenAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Stop = table.Column<bool>(type: "boolean", nullable: false),
                    Answer = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_FileJobs", x => x.Id);
                    table.ForeignKey(
                        name: "FK_FileJobs_Servers_ServerId",
                        column: x => x.ServerId,
                        principalTable: "Servers",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "StopCountdowns",
                columns: table => new
                {
                    ServerId = table.Column<Guid>(type: "uuid", nullable: false),
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Action = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    EndsAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Told = table.Column<int>(type: "integer", nullable: false),
                    By = table.Column<string>(type: "text", nullable: false),
                    AccountId = table.Column<string>(type: "text", nullable: false),
                    Address = table.Column<string>(type: "text", nullable: true),
                    Key = table.Column<Guid>(type: "uuid", nullable: true),
                    ImpersonatorId = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_StopCountdowns", x => x.ServerId);
                    table.ForeignKey(
                        name: "FK_StopCountdowns_Servers_ServerId",
                        column: x => x.ServerId,
                        principalTable: "Servers",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "Templates",
                columns: table => new
                {
                    Key = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    Text = table.Column<string>(type: "text", nullable: true),
                    Egg = table.Column<string>(type: "text", nullable: true),
                    Source = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true),
                    Hidden = table.Column<bool>(type: "boolean", nullable: false),
                    Roles = table.Column<string>(type: "text", nullable: false),
                    ChangedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Revision = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Templates", x => x.Key);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Audit_Subject",
                table: "Audit",
                columns: new[] { "Subject", "Id" },
                filter: "\"Server\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_FileJobs_SeenAt",
                table: "FileJobs",
                column: "SeenAt");

            migrationBuilder.CreateIndex(
                name: "IX_FileJobs_ServerId",
                table: "FileJobs",
                column: "ServerId");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ConsoleChunks");

            migrationBuilder.DropTable(
                name: "FileJobs");

            migrationBuilder.DropTable(
                name: "StopCountdowns");

            migrationBuilder.DropTable(
                name: "Templates");

            migrationBuilder.DropIndex(
                name: "IX_Audit_Subject",
                table: "Audit");

            migrationBuilder.DropColumn(
                name: "ReceivedKiB",
                table: "UsageSamples");

            migrationBuilder.DropColumn(
                name: "SentKiB",
                table: "UsageSamples");

            migrationBuilder.DropColumn(
                name: "Startup",
                table: "Servers");

            migrationBuilder.DropColumn(
                name: "Groups",
                table: "Plans");

            migrationBuilder.DropColumn(
                name: "Limited",
                table: "Plans");

            migrationBuilder.DropColumn(
                name: "Roles",
                table: "Plans");

            migrationBuilder.DropColumn(
                name: "Groups",
                table: "AspNetUsers");

            migrationBuilder.DropColumn(
                name: "Note",
                table: "Allocations");

            migrationBuilder.DropColumn(
                name: "Protocol",
                table: "Allocations");
        }
    }
}
