#!/usr/bin/env perl
# FixMyStreet's own client modules (Open311, Open311::GetServiceRequestUpdates) speak with a running Banyan: services read, a
# report posted with a photo, updates both ways. What those modules take from the rest of FixMyStreet (its database, its
# brands) is stood in for here by small objects; the modules themselves are loaded as they are from perllib.
#   perl -I FIXMYSTREET/perllib fixmystreet.pl http://127.0.0.1:8080 KEY
use strict;
use warnings;
use utf8;

# A row of FixMyStreet's database: every column can be read and set.
package Row;
our $AUTOLOAD;
sub new { my ($class, %columns) = @_; return bless {%columns}, $class }
sub AUTOLOAD {
    my $self = shift;
    my ($name) = $AUTOLOAD =~ /::(\w+)$/;
    return if $name eq 'DESTROY';
    $self->{$name} = shift if @_;
    return $self->{$name};
}
sub update { my ($self, $columns) = @_; $self->{$_} = $columns->{$_} for keys %{$columns || {}}; return $self }
sub insert { my $self = shift; push @main::shown, $self; return $self }
sub call_hook { return }
sub get_cobrand_handler { return }
sub get_cobrand_logged { return $main::brand }
sub get_extra_metadata { return {} unless $_[1]; return }
sub set_extra_metadata { return }
sub get_extra_fields { return $_[0]{fields} || [] }
sub response_template_for { return }
sub is_visible { return 1 }
sub is_fixed { return ($_[0]{state} || '') =~ /^fixed/ }
sub is_open { return !$_[0]->is_fixed }
sub comments { return Rows->new }
sub bodies { return {} }
sub base_url { return 'https://fixmystreet.example' }

# A set of rows; the one that was put in is found.
package Rows;
sub new { my ($class, @rows) = @_; return bless [@rows], $class }
sub search { return $_[0] }
sub to_body { return $_[0] }
sub first { return $_[0][0] }
sub single { return $_[0][0] }
sub count { return scalar @{ $_[0] } }

package Problems;
our @ISA = ('Rows');
sub search {
    my ($self, $want) = @_;
    return $self unless $want && $want->{external_id};
    return Rows->new(grep { ($_->{external_id} || '') eq $want->{external_id} } @$self);
}

package Comments;
sub new {
    my ($class, $columns) = @_;
    return $class unless ref $columns;
    return Row->new(%$columns);
}

package Schema;
sub new { return bless {}, shift }
sub resultset { return $_[1] eq 'Comment' ? bless({}, 'CommentMaker') : Problems->new(@main::problems) }
sub storage { return $_[0] }
sub txn_do { return $_[1]->() }

package CommentMaker;
sub new { my ($self, $columns) = @_; return Row->new(%$columns) }

package Photos;
sub new { return bless {}, shift }
sub all_ids { return ('0123456789abcdef.jpeg') }
sub get_image_data { return { content_type => 'image/jpeg', data => $main::jpeg } }

package FixMyStreet;
sub config { return }
sub test_mode { return 0 }
sub local_time_zone { return DateTime::TimeZone->new(name => 'Asia/Shanghai') }

package FixMyStreet::DB;
sub schema { return Schema->new }
sub resultset { shift; return Schema->new->resultset(@_) }

package FixMyStreet::DB::Result::Body;
our @ISA = ('Row');
sub areas { return {} }

package FixMyStreet::DB::Result::Problem;
our @ISA = ('Row');
my %open = map { $_ => 1 } 'confirmed', 'investigating', 'in progress', 'planned', 'action scheduled';
my %fixed = map { $_ => 1 } 'fixed', 'fixed - user', 'fixed - council';
sub open_states { return \%open }
sub fixed_states { return \%fixed }
sub visible_states { return { %open, %fixed, closed => 1 } }
sub get_photoset { return Photos->new }

package Utils;
sub truncate_coordinate { return sprintf '%0.6f', $_[0] }

package main;

BEGIN {
    $INC{"$_.pm"} = __FILE__ for qw(FixMyStreet FixMyStreet/Cobrand FixMyStreet/DB Utils FixMyStreet/App/Model/PhotoSet FixMyStreet/ImageMagick);
}

use DateTime;
use DateTime::TimeZone;
use DateTime::Format::W3CDTF;
use HTTP::Cookies;
use LWP::UserAgent;
use MIME::Base64;
use Open311;
use Open311::GetServiceRequestUpdates;

binmode STDOUT, ':utf8';
our (@problems, @shown, $brand, $jpeg);
my ($site, $key) = @ARGV;
my $failed = 0;

sub check {
    my ($what, $holds, $found) = @_;
    print $holds ? "ok      $what\n" : "FAILED  $what" . (defined $found ? ": $found" : '') . "\n";
    $failed = 1 unless $holds;
    return $holds;
}

# A grey picture of eight by eight points.
$jpeg = decode_base64(join '', map { s/\s//gr } <DATA>);

$brand = Row->new;
my $body = FixMyStreet::DB::Result::Body->new(id => 1, name => 'Fuzhou');
my $client = Open311->new(
    endpoint => "$site/open311/v2/", api_key => $key, jurisdiction => 'fuzhou', fixmystreet_body => $body, upload_files => 1,
    always_upload_photos => 1, upload_files_for_updates => 1, extended_statuses => 1, mark_reopen => 1,
);

# services
my $list = $client->get_service_list;
my ($lamp) = grep { $_->{service_code} eq 'street-lamp' } @{ $list->{service} || [] };
check('the services are read', $lamp && @{ $list->{service} } >= 25, $client->error);
check('a service says that it asks more', lc($lamp->{metadata} || '') eq 'true');
my $meta = $client->get_service_meta_info('street-lamp');
my ($fault) = grep { $_->{code} eq 'FAULT' } @{ $meta->{attributes} || [] };
check('a definition has its list of values', $fault && @{ $fault->{values} || [] } == 4 && $fault->{values}[0]{key} eq 'out');

# a report with a photo
sub problem {
    my (%more) = @_;
    return FixMyStreet::DB::Result::Problem->new(
        id => 1001, name => 'San Zhang', title => '路灯坏了', detail => "军门社区门口的路灯 <三盏> & 晚上看不见", latitude => 26.0853, longitude => 119.2965,
        used_map => 1, postcode => '', cobrand => 'default', state => 'confirmed', service => '', send_fail_count => 1, photo => 1, non_public => 0,
        phone_waste => '13900000001', user => Row->new(email => 'zhang.san@example.com', phone => '13900000001', name => 'San Zhang'),
        fields => [ { name => 'FAULT', value => 'out' } ], lastupdate => DateTime->now->subtract(days => 1), %more,
    );
}
my $problem = problem();
my $id = $client->send_service_request($problem, { url => 'https://fixmystreet.example/report/1001', image_url => 'https://fixmystreet.example/photo/1001.jpeg' }, 'street-lamp');
check('a report is posted with a photo and gets its number', $id && $id =~ /^FZ\d{14}$/, $client->error) or exit 1;
$problem->external_id($id);
my $again = $client->send_service_request($problem, { url => 'https://fixmystreet.example/report/1001' }, 'street-lamp');
check('sent again it is the same report', $again eq $id, $again);
my $refused = do { local $SIG{__WARN__} = sub { }; $client->send_service_request(problem(id => 1002, fields => []), { url => 'https://fixmystreet.example/report/1002' }, 'street-lamp') };
check('a report without a required answer is refused and says why', !$refused && $client->error =~ /400: attribute\[FAULT\]/, $client->error);
my $stranger = Open311->new(endpoint => "$site/open311/v2/", api_key => 'bk_wrong', fixmystreet_body => $body);
{ local $SIG{__WARN__} = sub { }; $stranger->send_service_request(problem(id => 1003), { url => 'https://fixmystreet.example/report/1003' }, 'street-lamp') }
check('a wrong key is refused', $stranger->error =~ /403/, $stranger->error);

# FixMyStreet reads without its key: a report is seen only once the city publishes it
my $requests = $client->get_service_requests({ report_ids => [$id] });
check('a report that is not public is not shown to strangers', !$requests || !@$requests);
$requests = $client->get_service_requests({ report_ids => [$id], api_key => $key });
check('its own key sees it, open', $requests && @$requests == 1 && $requests->[0]{status} eq 'open' && $requests->[0]{service_code} eq 'street-lamp');
check('public requests of others are listed', @{ $client->get_service_requests({}) || [] } > 0);

# the desk of the city dispatches it
my $desk = LWP::UserAgent->new(cookie_jar => HTTP::Cookies->new, max_redirect => 0);
$desk->post("$site/staff/signin", { login => 'dispatcher', password => 'banyan-demo' });
my ($case) = ($desk->get("$site/desk/cases?q=$id")->header('Location') || '') =~ m{/desk/cases/([0-9A-Z]+)};
check('the desk finds the case by its number', $case) or exit 1;
my $page = $desk->get("$site/desk/cases/$case")->decoded_content;
check('the desk reads the words as they were typed', $page =~ /&lt;三盏&gt; &amp; 晚上看不见/ && $page =~ /怎么了：不亮/);
check('the desk sees the photo', $page =~ m{/desk/photos/([a-z2-7]{26}\.jpg)}) && check('and can open it', $desk->get("$site/desk/photos/$1")->is_success);
my $done = $desk->post("$site/desk/cases/$case/other", { version => 1, duty => 'C-001' });
check('the desk dispatches it', $done->code == 303, $done->status_line);

# updates come back
my $updater = Open311::GetServiceRequestUpdates->new(
    schema => Schema->new, system_user => Row->new(id => 7), current_body => $body, suppress_alerts => 0, blank_updates_permitted => 0,
    start_date => DateTime->now->subtract(hours => 2), end_date => DateTime->now->add(hours => 1),
);
$updater->_set_current_open311($client);
@problems = ($problem);
sub fetch {
    my ($wanted) = @_;
    for (1 .. 100) {
        @shown = ();
        $updater->process_body;
        return $shown[-1] if grep { $_->{text} =~ $wanted } @shown;
        select undef, undef, undef, 0.1;
    }
    return Row->new(text => join ' | ', map { $_->{text} } @shown);
}
my $passed = fetch(qr/照明管理中心/);
check('FixMyStreet shows whose matter it is now', $passed->{text} =~ /照明管理中心/, $passed->{text});
check('and leaves the report open', $problem->state eq 'confirmed', $problem->state);

# an update of a user goes to the city, once
sub comment {
    my (%more) = @_;
    return Row->new(
        id => 501, name => 'San Zhang', user => $problem->user, problem => $problem, problem_state => 'confirmed', mark_open => 0,
        text => "第二天又灭了，请快一点 <b>", confirmed => DateTime->now, photo => '', extra => {}, send_fail_count => 1, %more,
    );
}
my $update = $client->post_service_request_update(comment());
check('an update is posted and gets its id', $update, $client->error);
check('posted again it is the same update', ($client->post_service_request_update(comment()) || '') eq $update);
$page = $desk->get("$site/desk/cases/$case")->decoded_content;
check('the desk reads it once, as it was typed', (() = $page =~ /第二天又灭了，请快一点 &lt;b&gt;/g) == 1);

# a second report, answered at the desk, is closed in FixMyStreet, and its reporter reopens it
my $second = problem(id => 1004, title => '请问路灯归谁管', detail => '社区里的路灯坏了该找哪里', fields => [], photo => '');
$second->external_id($client->send_service_request($second, { url => 'https://fixmystreet.example/report/1004' }, 'inquiry'));
check('a question is posted', $second->external_id, $client->error);
($case) = ($desk->get("$site/desk/cases?q=" . $second->external_id)->header('Location') || '') =~ m{/desk/cases/([0-9A-Z]+)};
$done = $desk->post("$site/desk/cases/$case/answer", { version => 1, public => 'Ask the estate manager first; the city keeps the lamps of the streets.' });
check('the desk answers it', $done->code == 303, $done->status_line);
@problems = ($second);
my $answer = fetch(qr/Ask the estate manager/);
check('FixMyStreet shows the answer', $answer->{text} =~ /the city keeps the lamps/, $answer->{text});
check('and takes the report as closed', $second->state eq 'closed', $second->state);
my $reopen = $client->post_service_request_update(comment(id => 502, problem => $second, mark_open => 1, text => '物业说不归他们管'));
check('the reporter says that it is not solved', $reopen, $client->error);
$requests = $client->get_service_requests({ report_ids => [ $second->external_id ], api_key => $key });
for (1 .. 100) {
    last if $requests->[0]{status} eq 'open';
    select undef, undef, undef, 0.1;
    $requests = $client->get_service_requests({ report_ids => [ $second->external_id ], api_key => $key });
}
check('and the city works on it again', $requests->[0]{status} eq 'open', $requests->[0]{status});

# a token
my $third = problem(id => 1005, title => '建议', detail => '公园里多装几盏路灯', fields => [], photo => '');
check('a service that gives tokens ends with a number', ($client->send_service_request($third, { url => 'https://fixmystreet.example/report/1005' }, 'suggestion') || '') =~ /^FZ\d{14}$/, $client->error);

print $failed ? "FixMyStreet: failed\n" : "FixMyStreet: everything passed\n";
exit $failed;

__DATA__
/9j/2wCEAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDIBCQkJDAsMGA0NGDIhHCEyMjIy
MjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMv/AAAsIAAgACAEBEQD/xADSAAABBQEBAQEBAQAAAAAAAAAAAQIDBAUGBwgJ
CgsQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldY
WVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5
+v/aAAgBAQAAPwAr/9k=
